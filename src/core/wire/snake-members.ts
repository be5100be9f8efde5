import { toSnakeCase } from "../snake-case.ts";

/** Renames the members of an object to the wire's names; what they hold stays as it is. */
export function snakeMembers(object: object): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [toSnakeCase(name), value]));
}
