import { toCamelCase } from "../snake-case.ts";

/**
 * Renames the members of a document from the wire's names to TypeScript's; what they hold stays as it is, but that the text of those
 * whose wire name `times` matches becomes a Date. `T` is what is known of the document: the wire is trusted.
 */
export function camelMembers<T>(document: object, times?: RegExp): T {
  const members = Object.entries(document).map(([name, value]) => [
    toCamelCase(name),
    typeof value === "string" && times?.test(name) ? new Date(value) : value,
  ]);
  return Object.fromEntries(members) as T;
}
