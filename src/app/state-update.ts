import { exceeds } from "../core/byte-length.ts";
import { describeError } from "../core/error-document.ts";
import type { Fault } from "../core/errors.ts";
import { RefusedCall } from "../core/errors.ts";
import { describeValue } from "../core/json-value.ts";
import { PAYLOAD_LIMIT } from "../core/payload-limit.ts";
import { toJsonable } from "../core/wire/jsonable.ts";
import type { StateUpdate } from "./context.ts";

const LONGEST_STATE = 255;
/** States whose `meta` is read as the error that they ended with. */
const OF_ERRORS: readonly string[] = ["FAILURE", "REVOKED", "RETRY"];

/**
 * Checks what `updateState` was told and writes its `meta` as JSON with Celery's tags; an error becomes Celery's error document. `id` is the task's own, `task` its name.
 * Throws `RefusedCall` ("bad_option") with every fault.
 */
export function readUpdate(update: StateUpdate, id: string, task: string): { state: string; meta: string } {
  const { state = "PROGRESS", meta = null, taskId = id } = update;
  const faults: Fault[] = [];
  if (typeof state !== "string" || state === "" || state.length > LONGEST_STATE) {
    const message = `expected a name of 1 to ${LONGEST_STATE} characters such as "PROGRESS", got ${describeValue(state)}`;
    faults.push({ path: "state", message });
  }
  if (taskId !== id) {
    faults.push({
      path: "taskId",
      message: `expected the task's own id or none, got ${describeValue(taskId)}: a task writes its own state only`,
    });
  }
  const value = meta instanceof Error ? describeError(meta).document : meta;
  if (OF_ERRORS.includes(state) && !looksLikeError(value)) {
    const message = `expected for ${state} an error, or an object with exc_type, exc_message (an array) and exc_module, got ${describeValue(meta)}`;
    faults.push({ path: "meta", message });
  }
  const { json, faults: lost } = toJsonable(value, "meta");
  faults.push(...lost);
  if (faults.length > 0) throw new RefusedCall("bad_option", faults, task);
  const text = JSON.stringify(json) ?? "null";
  if (!exceeds(text, PAYLOAD_LIMIT)) return { state, meta: text };
  throw new RefusedCall("too_large", [{ path: "meta", message: `expected at most ${PAYLOAD_LIMIT} bytes of JSON in UTF-8` }], task);
}

function looksLikeError(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "exc_type" in value && typeof value.exc_type === "string" && "exc_message" in value && Array.isArray(value.exc_message);
}
