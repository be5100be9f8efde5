import type { Fault } from "../errors.ts";
import { describeValue } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import { untag } from "./tagged-json.ts";

/** What came of reading tags: the value, and what was wrong with its tags. */
export interface Untagged {
  value: unknown;
  faults: Fault[];
}

/** What the value of each tag is expected to be. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["datetime", "an ISO-8601 time"],
  ["date", "a date such as 2026-12-24"],
  ["time", "a time such as 18:00:00"],
  ["decimal", "a decimal number as text"],
  ["uuid", 'an object such as {"hex": "…"} with 32 digits'],
  ["bytes", "text"],
  ["base64", "Base64"],
  ["bigint", "a whole number as text"],
  ["object", "an object"],
]);

/** Does what `untag` does, and tells in words what of it cannot be read, with paths that begin with `path`. */
export function readTagged(value: unknown, path: string, timezone: string): Untagged {
  const faults: Fault[] = [];
  const untagged = untag(value, timezone, path, (type, inside, at) => faults.push({ path: at, message: messageOf(type, inside) }));
  return { value: untagged, faults };
}

function messageOf(type: unknown, value: unknown): string {
  const expected = typeof type === "string" ? EXPECTED.get(type) : undefined;
  if (expected !== undefined) return `expected ${expected} as "__value__" of a ${String(type)}, got ${describeValue(value)}`;
  const known = [...EXPECTED.keys()];
  const hint = (typeof type === "string" && didYouMean(type, known)) || `; there are ${known.join(", ")}`;
  return `expected a "__type__" that is known, got ${describeValue(type)}${hint}`;
}
