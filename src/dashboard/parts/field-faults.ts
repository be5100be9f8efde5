import { Problem } from "../../client/problem.ts";
import { errorText } from "./error-text.ts";

/** What is wrong, by the field that it is told at; under "" what belongs to none. */
export type FieldFaults = ReadonlyMap<string, string>;

/**
 * Tells what was refused at the fields that it is about. A fault belongs to the longest of `fields` that its path is, or begins with: `args[0]` to `args[0]`
 * if there is such a field, else to `args`. Several of one field are told one under another.
 */
export function fieldFaults(error: unknown, fields: readonly string[]): FieldFaults {
  if (!(error instanceof Problem) || error.errors.length === 0) return new Map([["", errorText(error)]]);
  const faults = new Map<string, string>();
  for (const { path, message } of error.errors) {
    const field = fields.filter((one) => isWithin(path, one)).toSorted((one, other) => other.length - one.length)[0] ?? "";
    const text = path === field ? message : `${path}: ${message}`;
    faults.set(field, faults.has(field) ? `${faults.get(field)}\n${text}` : text);
  }
  return faults;
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}
