/** From values to what JSON can hold, for everything that is written: arguments, headers, results, `update_state`'s meta. */
import type { Fault } from "../errors.ts";
import { findJsonFaults } from "../json-value.ts";
import { toTagged } from "./tagged-json.ts";

/** Deeper values are looked at in full: one that contains itself is as deep as can be. */
const DEEPEST = 100;

/** What a value comes to: what to hand to `JSON.stringify`, and what is wrong with it; to be used only when there are no faults. */
export interface Jsonable {
  json: unknown;
  faults: Fault[];
}

/**
 * Makes a value fit for JSON, with Celery's tags for what JSON has no form for (tagged-json.ts), and finds what cannot be held at all (json-value.ts), under paths that
 * begin with `path`. What needs neither is answered as it is, after one look. Never throws: a getter or a `toJSON` that does is a fault.
 */
export function toJsonable(value: unknown, path: string): Jsonable {
  try {
    if (isPlainJson(value, 0)) return { json: value, faults: [] };
    const json = toTagged(value);
    return { json, faults: findJsonFaults(json, path) };
  } catch (error) {
    const why = error instanceof Error ? error.message : "…";
    return { json: null, faults: [{ path, message: `expected a value that JSON can hold, but reading it threw: ${why}` }] };
  }
}

/** Whether a value surely is JSON as it stands. It is asked for every value there is, so it asks for no more than it must. */
function isPlainJson(value: unknown, depth: number): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null || value === undefined) return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth >= DEEPEST) return false;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (!isPlainJson(item, depth + 1)) return false;
    }
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key of Object.keys(value)) {
    if (key === "__proto__" || key === "__type__" || key === "toJSON") return false;
    if (!isPlainJson(Reflect.get(value, key), depth + 1)) return false;
  }
  return true;
}
