/**
 * Tasks that run at once where they are called (Celery's `apply()` and `task_always_eager`): which attempt follows which, and what is thrown. Nothing waits:
 * countdown, eta, rate limits and the delay of a retry count for nothing, as in Celery.
 */
import type { OwnEnd } from "./attempt-end.ts";
import { Reject } from "./flow.ts";
import type { FinalState } from "./state.ts";

/** What follows: another attempt, with other arguments where the retry gave some, or the end. */
export type EagerNext =
  | { again: { retries: number; args?: readonly unknown[]; kwargs?: Readonly<Record<string, unknown>> } }
  | { state: FinalState; result: unknown };

/**
 * What follows an attempt. A retry is the next attempt at once; `Ignore` ends without a result, and a `Reject` as a failure whether it
 * asks to be requeued or not, for there is no queue.
 */
export function nextEager(end: OwnEnd): EagerNext {
  switch (end.how) {
    case "succeeded":
      return { state: "SUCCESS", result: end.value };
    case "ignored":
      return { state: "SUCCESS", result: null };
    case "retried": {
      const { retries, args, kwargs } = end.delay;
      return { again: { retries, ...(args === undefined ? {} : { args }), ...(kwargs === undefined ? {} : { kwargs }) } };
    }
    case "revoked":
      return { state: "REVOKED", result: end.error };
    default:
      return { state: "FAILURE", result: end.error };
  }
}

/**
 * Whether an eager run throws its failure instead of answering it: what `apply` was told by `throw`, else `task_eager_propagates`. A `Reject` is never
 * thrown: it is no failure of the caller's.
 */
export function propagates(next: EagerNext, said: boolean | undefined, taskEagerPropagates: boolean): boolean {
  if (!("state" in next) || next.state === "SUCCESS" || next.result instanceof Reject) return false;
  return said ?? taskEagerPropagates;
}
