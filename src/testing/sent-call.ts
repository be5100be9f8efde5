import type { Call, CallOptions, Line } from "../core/call.ts";
import { decodeTagged } from "../core/wire/tagged-json.ts";

/** A call as it was sent: by the test, or by a task that ran. */
export interface SentCall {
  /** The task's id: `app.AsyncResult(id)` has its result. */
  id: string;
  /** The task's name. */
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** `queue`, and of the others what the call said; `countdown` and a relative `expires` as the instants that they came to. */
  options: CallOptions;
}

/** Reads a call back. Dates, bytes and the like are what they were; naive times are on the wall of `timezone`. */
export function readSent(id: string, call: Call, timezone: string): SentCall {
  // `composeCall` wrote it.
  const line = decodeTagged(call.line, timezone) as Line;
  const options: CallOptions = { queue: call.queue };
  if (call.due !== undefined) options.eta = new Date(call.due);
  if (call.expires !== undefined) options.expires = new Date(call.expires);
  if (call.priority !== undefined) options.priority = call.priority;
  if (call.taskId !== undefined) options.taskId = call.taskId;
  if (call.idempotency !== undefined) options.idempotencyKey = call.idempotency.key;
  if (line.headers !== undefined) options.headers = line.headers;
  if (line.shadow !== undefined) options.shadow = line.shadow;
  if (line.ignore_result !== undefined) options.ignoreResult = line.ignore_result;
  return { id, task: line.task, args: line.args ?? [], kwargs: line.kwargs ?? {}, options };
}
