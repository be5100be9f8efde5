import { BacklogFull, CeleriacError, RefusedCall } from "../core/errors.ts";
import type { NotSubmitted } from "./transport.ts";

/** The error of a call, or a canvas, that the broker did not accept. */
export function refusal(task: string, { code, message, retryAfterSeconds }: NotSubmitted): CeleriacError {
  if (code === "too_large") return new RefusedCall(code, [{ path: "", message }], task);
  if (code === "backlog_full") return new BacklogFull(`${task}: ${message}`, retryAfterSeconds);
  return new CeleriacError(code, `${task}: ${message}`);
}
