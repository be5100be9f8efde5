import type { Line } from "../core/call.ts";
import { CeleriacError } from "../core/errors.ts";
import { describeValue, isPlainObject } from "../core/json-value.ts";

/**
 * Opens a call's line. Throws `CeleriacError` ("bad_line") that says what was expected when it is not JSON, or not a call:
 * it was written by a version of the product that this one does not know, or the row is damaged.
 */
export function readLine(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CeleriacError("bad_line", "the stored call is not JSON: it cannot be run", { cause });
  }
  if (!isPlainObject(value)) throw unexpected("the stored call", "an object", value);
  const { task, args, kwargs, headers, ignore_result: ignoreResult } = value;
  if (typeof task !== "string") throw unexpected("`task` of the stored call", "a name", task);
  if (args !== undefined && !Array.isArray(args)) throw unexpected("`args` of the stored call", "an array", args);
  if (kwargs !== undefined && !isPlainObject(kwargs)) throw unexpected("`kwargs` of the stored call", "an object", kwargs);
  if (headers !== undefined && !isPlainObject(headers)) throw unexpected("`headers` of the stored call", "an object", headers);
  return { task, args, kwargs, headers, ignore_result: ignoreResult === true ? true : undefined };
}

function unexpected(what: string, expected: string, got: unknown): CeleriacError {
  return new CeleriacError("bad_line", `${what}: expected ${expected}, got ${describeValue(got)}`);
}
