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
import { isPlainObject, memberPath } from "../json-value.ts";
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

/** What is told of something that looks like a tag and cannot be read: its `__type__` and `__value__`, and where it stands. */
export type TellUnread = (type: unknown, value: unknown, path: string) => void;

/**
 * Puts values in place of tags in what `JSON.parse` gave, at any depth; arrays and objects are changed in place. A `datetime` without an offset
 * is a time on the wall of `timezone`. An object with other members besides the two is no tag. Unknown tags, and values that are none of
 * their type, are left as they are (what they hold is read) and told to `tell` (default nobody), with paths that begin with `path`.
 */
export function untag(value: unknown, timezone: string, path = "", tell: TellUnread = nobody): unknown {
  return untagValue(value, path, timezone, tell);
}

/**
 * Puts values in place of tags in the members of an object, at any depth, and never of the object itself: keywords and headers are names and values. What
 * looks like a tag and cannot be read stays as it is.
 */
export function untagMembersOf(object: object, timezone: string): void {
  untagMembers(object, "", timezone, nobody);
}

/**
 * Reads JSON text with tags. What looks like a tag and is none that is known, or cannot be read, stays the object that it is. A `datetime` without an
 * offset is a time on the wall of `timezone`. @throws SyntaxError for text that is no JSON.
 */
export function decodeTagged(text: string, timezone: string): unknown {
  const value: unknown = JSON.parse(text);
  return mayBeTagged(text) ? untag(value, timezone) : value;
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

function untagValue(value: unknown, path: string, timezone: string, tell: TellUnread): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (typeof item === "object") value[index] = untagValue(item, `${path}[${index}]`, timezone, tell);
    }
    return value;
  }
  const members = Object.entries(value);
  if (isTag(members)) {
    const inside: unknown = Reflect.get(value, VALUE);
    const type: unknown = Reflect.get(value, TYPE);
    const read = typeof type === "string" ? READERS.get(type)?.(inside, timezone) : undefined;
    if (read === undefined) {
      tell(type, inside, path);
      return untagMembers(value, path, timezone, tell);
    }
    return read === inside && isPlainObject(inside) ? untagMembers(inside, path, timezone, tell) : read;
  }
  return untagMembers(value, path, timezone, tell);
}

function untagMembers(value: object, path: string, timezone: string, tell: TellUnread): object {
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== "object" || member === null) continue;
    const inside = untagValue(member, memberPath(path, key), timezone, tell);
    if (inside !== member) Object.defineProperty(value, key, { value: inside, enumerable: true, configurable: true, writable: true });
  }
  return value;
}

type Reader = (value: unknown, timezone: string) => unknown;

/** Each answers undefined when the value is none of the type. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["datetime", (value, timezone) => (typeof value === "string" ? readDate(value, timezone) : undefined)],
  ["date", (value) => construct(PlainDate, dayOf(value))],
  ["time", (value) => construct(PlainTime, value)],
  ["decimal", (value) => construct(Decimal, value)],
  ["uuid", (value) => construct(Uuid, isPlainObject(value) ? value.hex : value)],
  ["bytes", (value) => (typeof value === "string" ? toUtf8(value) : undefined)],
  ["base64", (value) => (typeof value === "string" ? fromBase64(value) : undefined)],
  ["bigint", (value) => (typeof value === "string" && BIGINT.test(value) ? BigInt(value) : undefined)],
  ["object", (value) => (isPlainObject(value) ? value : undefined)],
]);

function nobody(): void {}

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
