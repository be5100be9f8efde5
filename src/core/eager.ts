/**
 * Tasks that run at once where they are called (Celery's `apply()` and `task_always_eager`): which attempt follows which, and what is thrown. Nothing waits:
 * countdown, eta, rate limits and the delay of a retry count for nothing, as in Celery.
 */
import { TaskRevokedError } from "./errors.ts";
import { Ignore, Reject, Retry } from "./flow.ts";
import type { FinalState } from "./state.ts";

/** How one attempt ended: what the handler returned, or what it threw. */
export type EagerEnd = { returned: unknown } | { threw: unknown };

/** What follows: another attempt, with other arguments where the retry gave some, or the end. */
export type EagerNext =
  | { again: { retries: number; args?: readonly unknown[]; kwargs?: Readonly<Record<string, unknown>> } }
  | { state: FinalState; result: unknown };

/**
 * What follows an attempt. A `Retry` is the next attempt at once; `Ignore` ends without a result, and a `Reject` as a failure whether it
 * asks to be requeued or not, for there is no queue. `TaskRevokedError` ends as REVOKED. Decide about automatic retries before
 * (`decideAutoretry`), and hand in the `Retry` it comes to.
 */
export function nextEager(end: EagerEnd): EagerNext {
  if ("returned" in end) return { state: "SUCCESS", result: end.returned };
  const { threw } = end;
  if (threw instanceof Retry) {
    const { retries, args, kwargs } = threw.delay;
    return { again: { retries, ...(args === undefined ? {} : { args }), ...(kwargs === undefined ? {} : { kwargs }) } };
  }
  if (threw instanceof Ignore) return { state: "SUCCESS", result: null };
  if (threw instanceof TaskRevokedError) return { state: "REVOKED", result: threw };
  return { state: "FAILURE", result: threw };
}

/**
 * Whether an eager run throws its failure instead of answering it: what `apply` was told by `throw`, else `task_eager_propagates`. A `Reject` is never
 * thrown: it is no failure of the caller's.
 */
export function propagates(next: EagerNext, said: boolean | undefined, taskEagerPropagates: boolean): boolean {
  if (!("state" in next) || next.state === "SUCCESS" || next.result instanceof Reject) return false;
  return said ?? taskEagerPropagates;
}
