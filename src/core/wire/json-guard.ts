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

/**
 * Finds every key `__proto__` in a value parsed from `text`, at any depth and however it was written, as faults whose
 * path begins with `prefix` (default none). `constructor` and `prototype` are ordinary data. The value is only walked when the text
 * has the letters or a `\u` escape. Ask `isTooDeep` first: the walk is as deep as the value.
 */
export function findProtoKeys(text: string, value: unknown, prefix = ""): Fault[] {
  const faults: Fault[] = [];
  if (text.includes("__proto__") || text.includes("\\u")) walk(value, prefix, faults);
  return faults;
}

function walk(value: unknown, path: string, faults: Fault[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (typeof item === "object" && item !== null) walk(item, `${path}[${index}]`, faults);
    }
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key !== "__proto__" && (typeof item !== "object" || item === null)) continue;
    const at = path === "" ? key : memberPath(path, key);
    if (key === "__proto__") faults.push({ path: at, message: "the key '__proto__' is not allowed" });
    else walk(item, at, faults);
  }
}
