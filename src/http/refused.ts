import type { Refused } from "../broker/api.ts";
import { Problem } from "./problem.ts";

const FIELDS = { idempotency_mismatch: "idempotency_key", task_id_taken: "task_id" } as const;

/** Seconds after which a client may try a full broker again that does not say when (one of an earlier version). */
const RETRY_AFTER_SECONDS = 5;

/** Makes a problem of the broker's refusal, naming the field at fault; in bulk (`many`) behind the call's position. */
export function refusedProblem(refused: Refused, many = false): Problem {
  const { code, index, message, retryAfterSeconds = RETRY_AFTER_SECONDS } = refused;
  const headers: Record<string, string> = code === "backlog_full" ? { "retry-after": String(retryAfterSeconds) } : {};
  const field = code === "idempotency_mismatch" || code === "task_id_taken" ? FIELDS[code] : "";
  const path = many ? `[${index}]${field === "" ? "" : `.${field}`}` : field;
  // A full broker is no call's fault.
  return new Problem(code, message, { headers, faults: code === "backlog_full" ? [] : [{ path, message }] });
}
