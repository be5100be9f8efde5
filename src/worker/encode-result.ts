import { EncodeError } from "../core/errors.ts";
import { findJsonFaults } from "../core/json-value.ts";

/** Largest result or error document, in bytes of JSON: a row holds 2 MB in production, and a page's outcomes lie beside it. */
export const LARGEST_RESULT = 1_000_000;

/**
 * A handler's return value as JSON text; nothing (`undefined`) is `null`. Throws `EncodeError` when JSON cannot hold it (a cycle,
 * a bigint, a function, NaN, a Map, … with the path) or when it takes more than 1,000,000 bytes. `task` is the name for the message.
 */
export function encodeResult(value: unknown, task: string): string {
  if (value === undefined || value === null) return "null";
  const text = isPlain(value) ? JSON.stringify(value) : stringify(value, task);
  const bytes = countBytes(text);
  if (bytes > LARGEST_RESULT) {
    throw new EncodeError(
      `the result of ${task} takes ${bytes} bytes of JSON, and at most ${LARGEST_RESULT} are kept: store it elsewhere and return where it is`,
    );
  }
  return text;
}

/** The length of `text` in UTF-8, counted only where it may pass the limit: else its length in characters. */
export function countBytes(text: string): number {
  return text.length * 3 <= LARGEST_RESULT ? text.length : new TextEncoder().encode(text).length;
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

function stringify(value: unknown, task: string): string {
  const faults = findJsonFaults(value, "result");
  if (faults.length > 0) {
    const text = faults.map((fault) => (fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`)).join("; ");
    throw new EncodeError(`${task} returned what cannot be stored: ${text}`);
  }
  // A `toJSON` may answer nothing.
  return JSON.stringify(value) ?? "null";
}
