/**
 * Celery's JSON (kombu's): values that JSON has no form for travel as `{"__type__": …, "__value__": …}`. Both ways, for arguments, results
 * and headers; everything else about JSON is as `JSON` has it.
 *
 * | tag        | in Python                     | here                                    |
 * | ---------- | ----------------------------- | --------------------------------------- |
 * | `datetime` | `datetime`                    | `Date`, to the millisecond              |
 * | `date`     | `date`                        | `PlainDate` (core/plain-values.ts)      |
 * | `time`     | `time`                        | `PlainTime`                             |
 * | `decimal`  | `Decimal`                     | `Decimal`                               |
 * | `uuid`     | `UUID`                        | `Uuid`                                  |
 * | `bytes`    | `bytes` that are UTF-8        | `Uint8Array`                            |
 * | `base64`   | other `bytes`                 | `Uint8Array`                            |
 * | `bigint`   | (ours: kombu does not know it)| `bigint`                                |
 * | `object`   | (ours)                        | an object that looks like a tag         |
 *
 * A `Set` travels as an array, as a Python set does, and comes back as one. A user's own object whose only members are `__type__`, with the name of one of these
 * tags, and `__value__` would come back as something else: it travels as the value of an `object`. Any other object is itself.
 */
import type { Fault } from "../errors.ts";
import { describeValue, isPlainObject, memberPath } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import { Decimal, PlainDate, PlainTime, Uuid } from "../plain-values.ts";
import { fromBase64, fromUtf8, toBase64, toUtf8 } from "./bytes.ts";
import { readInstant } from "./instant.ts";

const TYPE = "__type__";
const VALUE = "__value__";
const DEEPEST = 1_000;
const BIGINT = /^-?\d{1,10000}$/;

/**
 * Puts tags in place of what JSON has no form for, at any depth. What holds none of it is answered as it is and not copied; where there is
 * some, the arrays and objects on the way to it are copied. Nothing is refused here: ask `findJsonFaults` about the answer (an object
 * that contains itself is left for it). Objects with a `toJSON` of their own and dates outside the years 1 to 9999 are left alone; an instance of a class becomes
 * a plain object where it holds something to tag, as JSON has it anyway.
 */
export function toTagged(value: unknown): unknown {
  return tagValue(value, []);
}

/** Tells whether JSON text may hold tags; text for which it says no needs no `readTagged`. */
export function mayBeTagged(text: string): boolean {
  return text.includes(`"${TYPE}"`);
}

/** What came of reading tags: the value, and what was wrong with its tags. */
export interface Untagged {
  value: unknown;
  faults: Fault[];
}

/**
 * Puts values in place of tags in what `JSON.parse` gave, at any depth; arrays and objects are changed in place. A `datetime` without an offset
 * is a time on the wall of `timezone`. An object with other members besides the two is no tag. Unknown tags, and values that are none of
 * their type, are left as they are (what they hold is read) and told as faults, with paths that begin with `path`.
 */
export function readTagged(value: unknown, path: string, timezone: string): Untagged {
  const faults: Fault[] = [];
  return { value: untag(value, path, timezone, faults), faults };
}

/**
 * Puts values in place of tags in the members of an object, at any depth, and never of the object itself: keywords and headers are names and values. What
 * looks like a tag and cannot be read stays as it is.
 */
export function untagMembersOf(object: object, timezone: string): void {
  untagMembers(object, "", timezone, []);
}

/**
 * Reads JSON text with tags. What looks like a tag and is none that is known, or cannot be read, stays the object that it is. A `datetime` without an
 * offset is a time on the wall of `timezone`. @throws SyntaxError for text that is no JSON.
 */
export function decodeTagged(text: string, timezone: string): unknown {
  const value: unknown = JSON.parse(text);
  return mayBeTagged(text) ? readTagged(value, "", timezone).value : value;
}

/** Writes a value as JSON with tags. @throws TypeError for what JSON cannot hold, as `JSON.stringify` does. */
export function encodeTagged(value: unknown): string {
  return JSON.stringify(toTagged(value)) ?? "null";
}

function tagValue(value: unknown, above: object[]): unknown {
  if (typeof value === "bigint") return tag("bigint", String(value));
  if (typeof value !== "object" || value === null) return value;
  const tagged = tagObject(value);
  if (tagged !== undefined) return tagged;
  const inside = value instanceof Set ? [...value] : value;
  // JSON's own faults (too deep, a cycle) are found by who looks for faults.
  if (above.length >= DEEPEST || above.includes(value)) return value;
  above.push(value);
  const copied = Array.isArray(inside) ? tagItems(inside, above) : tagMembers(inside, above);
  above.pop();
  return copied;
}

function tagObject(value: object): unknown {
  if (value instanceof Date) return pythonTime(value);
  if (value instanceof PlainDate) return tag("date", value.text);
  if (value instanceof PlainTime) return tag("time", value.text);
  if (value instanceof Decimal) return tag("decimal", value.text);
  if (value instanceof Uuid) return tag("uuid", { hex: value.hex, version: value.version });
  if (value instanceof Uint8Array) return tagBytes(value);
  return value instanceof ArrayBuffer ? tagBytes(new Uint8Array(value)) : undefined;
}

function tagBytes(bytes: Uint8Array): object {
  const text = fromUtf8(bytes);
  return text === undefined ? tag("base64", toBase64(bytes)) : tag("bytes", text);
}

function tag(type: string, value: unknown): object {
  return { [TYPE]: type, [VALUE]: value };
}

/** As Python's `isoformat` writes it: an offset instead of Z, and six digits of a second or none. */
function pythonTime(date: Date): unknown {
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z$/.exec(text);
  if (match === null || text.startsWith("0000")) return date;
  return tag("datetime", `${match[1]}${match[2] === "000" ? "" : `.${match[2]}000`}+00:00`);
}

function tagItems(items: readonly unknown[], above: object[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, item] of items.entries()) {
    const tagged = tagValue(item, above);
    if (tagged === item) continue;
    copy ??= [...items];
    copy[index] = tagged;
  }
  return copy ?? items;
}

function tagMembers(object: object, above: object[]): object {
  if ("toJSON" in object && typeof object.toJSON === "function") return object;
  let copy: [string, unknown][] | undefined;
  const members = Object.entries(object);
  for (const [index, [key, member]] of members.entries()) {
    const tagged = tagValue(member, above);
    if (tagged === member) continue;
    copy ??= [...members];
    copy[index] = [key, tagged];
  }
  const tagged = copy === undefined ? object : Object.fromEntries(copy);
  return looksLikeTag(members) ? tag("object", tagged) : tagged;
}

/** kombu takes for a tag what has these two members and no other. */
function isTag(members: readonly [string, unknown][]): boolean {
  return members.length === 2 && members.every(([key]) => key === TYPE || key === VALUE);
}

/** A tag that nobody knows is left alone when it is read, so it may stand as it is. */
function looksLikeTag(members: readonly [string, unknown][]): boolean {
  return isTag(members) && members.some(([key, member]) => key === TYPE && typeof member === "string" && READERS.has(member));
}

function untag(value: unknown, path: string, timezone: string, faults: Fault[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (typeof item === "object") value[index] = untag(item, `${path}[${index}]`, timezone, faults);
    }
    return value;
  }
  const members = Object.entries(value);
  if (isTag(members)) {
    const inside: unknown = Reflect.get(value, VALUE);
    const read = readTag(Reflect.get(value, TYPE), inside, timezone);
    if ("fault" in read) {
      faults.push({ path, message: read.fault });
      return untagMembers(value, path, timezone, faults);
    }
    return read.value === inside && isPlainObject(inside) ? untagMembers(inside, path, timezone, faults) : read.value;
  }
  return untagMembers(value, path, timezone, faults);
}

function untagMembers(value: object, path: string, timezone: string, faults: Fault[]): object {
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== "object" || member === null) continue;
    const inside = untag(member, memberPath(path, key), timezone, faults);
    if (inside !== member) Object.defineProperty(value, key, { value: inside, enumerable: true, configurable: true, writable: true });
  }
  return value;
}

type Reader = (value: unknown, timezone: string) => unknown;

/** Each answers undefined when the value is none of the type. */
const READERS: ReadonlyMap<string, { expected: string; read: Reader }> = new Map([
  [
    "datetime",
    { expected: "an ISO-8601 time", read: (value, timezone) => (typeof value === "string" ? readDate(value, timezone) : undefined) },
  ],
  ["date", { expected: "a date such as 2026-12-24", read: (value) => construct(PlainDate, dayOf(value)) }],
  ["time", { expected: "a time such as 18:00:00", read: (value) => construct(PlainTime, value) }],
  ["decimal", { expected: "a decimal number as text", read: (value) => construct(Decimal, value) }],
  [
    "uuid",
    {
      expected: 'an object such as {"hex": "…"} with 32 digits',
      read: (value) => construct(Uuid, isPlainObject(value) ? value.hex : value),
    },
  ],
  ["bytes", { expected: "text", read: (value) => (typeof value === "string" ? toUtf8(value) : undefined) }],
  ["base64", { expected: "Base64", read: (value) => (typeof value === "string" ? fromBase64(value) : undefined) }],
  [
    "bigint",
    { expected: "a whole number as text", read: (value) => (typeof value === "string" && BIGINT.test(value) ? BigInt(value) : undefined) },
  ],
  ["object", { expected: "an object", read: (value) => (isPlainObject(value) ? value : undefined) }],
]);

function readTag(type: unknown, value: unknown, timezone: string): { value: unknown } | { fault: string } {
  const reader = typeof type === "string" ? READERS.get(type) : undefined;
  if (reader === undefined) {
    const known = [...READERS.keys()];
    const hint = (typeof type === "string" && didYouMean(type, known)) || `; there are ${known.join(", ")}`;
    return { fault: `expected a "${TYPE}" that is known, got ${describeValue(type)}${hint}` };
  }
  const read = reader.read(value, timezone);
  return read === undefined
    ? { fault: `expected ${reader.expected} as "${VALUE}" of a ${String(type)}, got ${describeValue(value)}` }
    : { value: read };
}

function readDate(text: string, timezone: string): Date | undefined {
  const instant = readInstant(text, timezone);
  return instant === undefined ? undefined : new Date(instant);
}

/** kombu takes a whole datetime for a date and drops its time. */
function dayOf(value: unknown): unknown {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value) ? value.slice(0, 10) : value;
}

function construct<T>(kind: new (text: string) => T, value: unknown): T | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return new kind(value);
  } catch {
    return undefined;
  }
}
