/**
 * Who bears the risk when an attempt does not end well (Celery's acknowledgement, CELERY.md 2.5): the outcome and what becomes of the task. Celery's
 * default is early acknowledgement, at most once; here it is late, at least once.
 */

/** A task's say on it; Celery's options of these names. */
export interface AckPolicy {
  /** True: a task whose consumer was lost is run again. False: what may have started is never started again. Default true. */
  acksLate: boolean;
  /** Even so, end it as FAILURE `WorkerLostError` when this is false. Default true: that is what late acknowledgement is for. */
  rejectOnWorkerLost: boolean;
  /** False: a failure is told (FAILURE), and marked as rejected. Default true. */
  acksOnFailure: boolean;
  /** False: a task that passed its hard time limit is run again instead of failing. Default true. */
  acksOnTimeout: boolean;
}

/** How an attempt came to its end, other than well. */
export type BadEnd = "failure" | "timeout" | "lease_lost" | "reject" | "reject_requeue";

/** The policy of a task that says nothing. */
export const defaultAckPolicy: Readonly<AckPolicy> = Object.freeze({
  acksLate: true,
  rejectOnWorkerLost: true,
  acksOnFailure: true,
  acksOnTimeout: true,
});

/**
 * What becomes of the task: `again`, it is granted once more (its losses are counted, so that a task that kills its consumer comes to an end); `fail`, it
 * ends as FAILURE; `fail_rejected`, so too, as rejected. With early acknowledgement (`acksLate` false) nothing is ever run again.
 */
export function afterBadEnd(end: BadEnd, policy: AckPolicy): "again" | "fail" | "fail_rejected" {
  const late = policy.acksLate;
  if (end === "lease_lost") return late && policy.rejectOnWorkerLost ? "again" : "fail";
  if (end === "timeout") return late && !policy.acksOnTimeout ? "again" : "fail";
  if (end === "failure") return late && !policy.acksOnFailure ? "fail_rejected" : "fail";
  return end === "reject_requeue" && late ? "again" : "fail_rejected";
}
