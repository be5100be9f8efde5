import { describeValue } from "./json-value.ts";

/**
 * A kind of error, as `autoretryFor`, `dontAutoretryFor` and `throws` name it: its class, or the class's name as text, for errors
 * whose class is not at hand (those that crossed a wire, a platform's, another copy of a library's).
 */
export type ErrorKind = string | ErrorClass;

/** A class of errors, abstract or not, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** How far up a chain of prototypes names are read. */
const DEEPEST = 32;

/**
 * Tells whether an error is of one of the kinds. A class holds for its instances, as `instanceof` says, and for errors that bear its
 * name; a name holds for errors whose `name` it is and for those with a class of that name anywhere above them, so that `"Error"` holds for
 * every error, as `Exception` does in Python. Only errors are of a kind: a thrown string or object is of none. Never throws.
 */
export function isOfKind(error: unknown, kinds: readonly ErrorKind[]): boolean {
  if (kinds.length === 0 || !looksLikeError(error)) return false;
  if (kinds.some((kind) => typeof kind === "function" && error instanceof kind)) return true;
  const names = namesOf(error);
  return kinds.some((kind) => {
    const name = typeof kind === "function" ? kind.name : kind;
    return name !== "" && names.has(name);
  });
}

/** What is wrong with a list of kinds, as the end of "expected …, got …"; undefined when nothing is. */
export function findKindFault(kinds: unknown): string | undefined {
  const expected = 'expected an array of error classes or of their names, such as [TypeError, "TimeoutError"]';
  if (!Array.isArray(kinds)) return `${expected}, got ${describeValue(kinds)}`;
  const index = kinds.findIndex((kind) => !isErrorClass(kind) && (typeof kind !== "string" || kind === ""));
  return index < 0 ? undefined : `${expected}, got ${describeValue(kinds[index])} at [${index}]`;
}

function isErrorClass(kind: unknown): boolean {
  if (typeof kind !== "function") return false;
  const prototype: unknown = kind.prototype;
  return prototype === Error.prototype || prototype instanceof Error;
}

function looksLikeError(error: unknown): error is Error {
  try {
    // An error of another realm is no instance of this one's Error, but has its members.
    return error instanceof Error || (typeof error === "object" && error !== null && "message" in error && "name" in error);
  } catch {
    return false;
  }
}

function namesOf(error: Error): ReadonlySet<string> {
  const names = new Set<string>();
  try {
    if (typeof error.name === "string") names.add(error.name);
    let prototype: unknown = Object.getPrototypeOf(error);
    for (let depth = 0; depth < DEEPEST && typeof prototype === "object" && prototype !== null; depth++) {
      const made: unknown = Object.hasOwn(prototype, "constructor") ? Reflect.get(prototype, "constructor") : undefined;
      if (typeof made === "function" && made.name !== "Object") names.add(made.name);
      prototype = Object.getPrototypeOf(prototype);
    }
  } catch {
    // A Proxy may throw at any touch; what was read so far counts.
  }
  return names;
}
