import { byteLength, exceeds } from "../byte-length.ts";
import { EncodeError } from "../errors.ts";
import { PAYLOAD_LIMIT } from "../payload-limit.ts";
import { toJsonable } from "./jsonable.ts";

/**
 * A handler's return value as JSON text; nothing (`undefined`) is `null`, and what JSON has no form for has
 * Celery's tags (core/wire/tagged-json.ts). Throws `EncodeError` when JSON cannot hold it (a cycle, a function, NaN, a Map, … with the path) or when it takes more than 1,000,000 bytes in UTF-8. `task` is the name for the message.
 */
export function encodeResult(value: unknown, task: string): string {
  if (value === undefined || value === null) return "null";
  const text = isPlain(value) ? JSON.stringify(value) : stringify(value, task);
  if (!exceeds(text, PAYLOAD_LIMIT)) return text;
  throw new EncodeError(
    `the result of ${task} takes ${byteLength(text)} bytes of JSON, and at most ${PAYLOAD_LIMIT} are kept: ` +
      "store it elsewhere and return where it is",
  );
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

function stringify(value: unknown, task: string): string {
  const { json, faults } = toJsonable(value, "result");
  if (faults.length > 0) {
    const text = faults.map((fault) => (fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`)).join("; ");
    throw new EncodeError(`${task} returned what cannot be stored: ${text}`);
  }
  // A `toJSON` may answer nothing.
  return JSON.stringify(json) ?? "null";
}
