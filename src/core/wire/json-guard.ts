import type { Fault } from "../errors.ts";
import { memberPath } from "../json-value.ts";

/** How deep arrays and objects of a request may be nested, so that no walk over them can overflow the stack. */
export const DEPTH_LIMIT = 200;

/**
 * Tells whether JSON text nests arrays and objects deeper than `limit` (default `DEPTH_LIMIT`). It reads the text, not
 * the value, so it may be asked before parsing; text that is not JSON gets some answer and no error. Short text costs nothing.
 */
export function isTooDeep(text: string, limit: number = DEPTH_LIMIT): boolean {
  // So many brackets must open, and close again.
  if (text.length <= limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let end = start + 1; ; end++) {
    end = text.indexOf('"', end);
    if (end < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return end;
  }
}

/** A number whose exponent or digits may carry it beyond what a double holds: JSON.parse makes it infinite. */
const HUGE_NUMBER = /\d[eE]\+?\d{3}|\d{309}/;

/**
 * Finds what must not pass in a value parsed from `text`, at any depth, as faults whose path begins with `prefix` (default none):
 * every key `__proto__`, however it was written (`constructor` and `prototype` are ordinary data), and every number that is too large
 * for a double, which would be stored as null. The value is only walked when the text has signs of either. Ask
 * `isTooDeep` first: the walk is as deep as the value.
 */
export function findUnsafe(text: string, value: unknown, prefix = ""): Fault[] {
  const faults: Fault[] = [];
  if (text.includes("__proto__") || text.includes("\\u") || HUGE_NUMBER.test(text)) walk(value, prefix, faults);
  return faults;
}

function walk(value: unknown, path: string, faults: Fault[]): void {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    faults.push({ path, message: "expected a number that a double can hold (up to about 1.8e308), got a larger one: send it as a string" });
  }
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`, faults);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const at = path === "" ? key : memberPath(path, key);
    if (key === "__proto__") faults.push({ path: at, message: "the key '__proto__' is not allowed" });
    else walk(item, at, faults);
  }
}
