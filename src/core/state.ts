/**
 * The states of a task, as Celery names them (`celery.states`). PENDING here means "accepted and waiting":
 * an id that was never given has no state at all.
 */
export type State = "PENDING" | "RECEIVED" | "STARTED" | "RETRY" | "SUCCESS" | "FAILURE" | "REVOKED";

/** A state that never changes again (Celery's `READY_STATES`). */
export type FinalState = "SUCCESS" | "FAILURE" | "REVOKED";

/** A state that a task gave itself by `update_state`, such as PROGRESS. */
export type CustomState = string & {};

/** Any state that a task may show. */
export type KnownState = State | CustomState;

/** Tells whether a state is final. */
export function isFinal(state: KnownState): state is FinalState {
  return state === "SUCCESS" || state === "FAILURE" || state === "REVOKED";
}
