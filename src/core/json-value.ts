import type { Fault } from "./errors.ts";

const DEEPEST = 1000;
const MOST_FAULTS = 20;

/**
 * Finds what JSON would lose or refuse in `value`: functions, symbols, bigints, NaN and the infinities, invalid dates, cycles,
 * and objects whose content JSON drops (a Promise, a Map, an Error, bytes). What JSON has a rule for is let through:
 * `undefined` (null in an array, left out of an object) and objects with `toJSON`, such as a Date. A key `__proto__` is refused,
 * since code that copies objects may take it for the prototype. Answers at most 20 faults, with paths that begin with `path`;
 * nesting deeper than 1,000 is a fault.
 */
export function findJsonFaults(value: unknown, path: string): Fault[] {
  const faults: Fault[] = [];
  walk(value, path, [], faults);
  return faults;
}

/** The path of a member: `kwargs.z`, or `kwargs["not a name"]`; long keys are cut. */
export function memberPath(path: string, key: string): string {
  const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(shown) ? `${path}.${shown}` : `${path}[${JSON.stringify(shown)}]`;
}

/** What a value is, in a few words, for "expected …, got …": `the number 3`, `the string "x"`, `null`, `an array`, `a Promise`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return `the ${typeof value} ${value}`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
  const kind = kindOf(value);
  return kind === "Object" ? "an object" : `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** Tells an object written as `{…}` or read from JSON from arrays, dates and instances of classes. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function walk(value: unknown, path: string, above: object[], faults: Fault[]): void {
  if (faults.length >= MOST_FAULTS) return;
  if (isScalar(value)) return;
  if (typeof value !== "object" || value === null || (value instanceof Date && Number.isNaN(value.getTime()))) {
    faults.push({ path, message: `expected a value that JSON can hold, got ${describeValue(value)}` });
    return;
  }
  if (above.includes(value)) {
    faults.push({ path, message: "expected a value that JSON can hold, got an object that contains itself" });
  } else if (above.length >= DEEPEST) {
    faults.push({ path: "", message: `expected at most ${DEEPEST} levels of nesting` });
  } else {
    above.push(value);
    walkMembers(value, path, above, faults);
    above.pop();
  }
}

function isScalar(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return true;
  return typeof value === "number" && Number.isFinite(value);
}

function walkMembers(value: object, path: string, above: object[], faults: Fault[]): void {
  if ("toJSON" in value && typeof value.toJSON === "function") {
    walk(value.toJSON(), path, above, faults);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (!isScalar(item)) walk(item, `${path}[${index}]`, above, faults);
    }
  } else if (kindOf(value) !== "Object") {
    faults.push({ path, message: `expected a value that JSON can hold, got ${describeValue(value)}` });
  } else {
    for (const [key, member] of Object.entries(value)) {
      if (key === "__proto__") faults.push({ path: memberPath(path, key), message: "the key '__proto__' is not allowed" });
      else if (!isScalar(member)) walk(member, memberPath(path, key), above, faults);
    }
  }
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
