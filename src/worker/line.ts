import { byteLength, exceeds } from "../core/byte-length.ts";
import type { Line } from "../core/call.ts";
import { CeleriacError, EncodeError } from "../core/errors.ts";
import { describeValue, isPlainObject } from "../core/json-value.ts";
import { PAYLOAD_LIMIT } from "../core/payload-limit.ts";
import { toJsonable } from "../core/wire/jsonable.ts";
import { mayBeTagged, untagMembersOf } from "../core/wire/tagged-json.ts";

/**
 * Opens a call's line. Throws `CeleriacError` ("bad_line") that says what was expected when it is not JSON, or not a call:
 * it was written by a version of the product that this one does not know, or the row is damaged. Arguments and headers that travelled under
 * Celery's tags are what they were: dates, bytes, … (core/wire/tagged-json.ts); a naive `datetime` is on the wall of `timezone`.
 */
export function readLine(text: string, timezone = "UTC"): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CeleriacError("bad_line", "the stored call is not JSON: it cannot be run", { cause });
  }
  if (!isPlainObject(value)) throw unexpected("the stored call", "an object", value);
  const { task, args, kwargs, headers } = value;
  if (typeof task !== "string") throw unexpected("`task` of the stored call", "a name", task);
  if (args !== undefined && !Array.isArray(args)) throw unexpected("`args` of the stored call", "an array", args);
  if (kwargs !== undefined && !isPlainObject(kwargs)) throw unexpected("`kwargs` of the stored call", "an object", kwargs);
  if (headers !== undefined && !isPlainObject(headers)) throw unexpected("`headers` of the stored call", "an object", headers);
  if (mayBeTagged(text)) {
    for (const tagged of [args, kwargs, headers]) if (tagged !== undefined) untagMembersOf(tagged, timezone);
  }
  // What was not looked at was written by composeCall, or by a version whose other keys mean nothing here.
  return value as unknown as Line;
}

/**
 * The same call with other arguments, for its next attempt; those that are not given stay. `text` is a line that was read. Throws `EncodeError` when JSON cannot hold them, or
 * when arguments and headers together take more than 1,000,000 bytes. `task` is the name for the message.
 */
export function rewriteLine(
  text: string,
  given: { args?: readonly unknown[]; kwargs?: Readonly<Record<string, unknown>> },
  task: string,
): string {
  const args = given.args === undefined ? undefined : toJsonable(given.args, "args");
  const kwargs = given.kwargs === undefined ? undefined : toJsonable(given.kwargs, "kwargs");
  const faults = [...(args?.faults ?? []), ...(kwargs?.faults ?? [])];
  if (faults.length > 0) {
    const found = faults.map((fault) => `${fault.path}: ${fault.message}`).join("; ");
    throw new EncodeError(`${task} asked to be retried with what cannot be stored: ${found}`);
  }
  const line: Record<string, unknown> = JSON.parse(text);
  if (args !== undefined) line.args = args.json;
  if (kwargs !== undefined) line.kwargs = kwargs.json;
  const rewritten = JSON.stringify(line);
  const bytes = exceeds(rewritten, PAYLOAD_LIMIT) ? bytesBrought(line) : 0;
  if (bytes <= PAYLOAD_LIMIT) return rewritten;
  throw new EncodeError(
    `${task} asked to be retried with ${bytes} bytes of arguments (JSON in UTF-8, headers included), and at most ${PAYLOAD_LIMIT} are kept: ` +
      "store the data elsewhere and pass its key",
  );
}

/** As composeCall counts: without the name and the marks around. */
function bytesBrought({ args, kwargs, headers }: Record<string, unknown>): number {
  return [args, kwargs, headers].reduce<number>((sum, part) => (part === undefined ? sum : sum + byteLength(JSON.stringify(part))), 0);
}

function unexpected(what: string, expected: string, got: unknown): CeleriacError {
  return new CeleriacError("bad_line", `${what}: expected ${expected}, got ${describeValue(got)}`);
}
