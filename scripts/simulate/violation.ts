/** The invariants that a history is checked against, each as a sentence. */
export const INVARIANTS = {
  oneFinalState: "an accepted task reaches exactly one final state",
  resultStays: "a final state and its result never change",
  ownResult: "a result is that of an execution that was granted",
  oneStart: "a task is started at most once per attempt granted",
  lostLease: "a further attempt is granted only after a lost lease, or because the one before asked for it",
  retryAsAsked: "a retry is made once for each time it was asked for, with what it was asked with",
  oneTask: "a submit that is sent again makes no second task",
  refusedLeavesNothing: "a refused submit leaves nothing",
  backlogHolds: "no more tasks are unfinished than may be, and they are counted right",
  windowHolds: "no more of a queue is handed out at a time than its window",
  limitsHold: "no more start than a rate has tokens for, no more of a key run at once than may, and of a paused queue nothing starts",
  notEarly: "a task does not start before it is due",
  notExpired: "a task is not granted after it has expired",
  revokedStays: "a task that was revoked is never granted again, and one that was not flagged ends as REVOKED",
  known: "the id of an accepted task is known until its result expires",
  inTime: "what is ready is done in time when consumers are alive",
  nothingLeft: "at rest nothing is held, and in the end nothing is kept",
  canvasMeans: "a canvas comes to what its parts say: its value, and each body, step, callback and errback once, or never",
  noFailure: "no change fails by itself",
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** A broken invariant. */
export interface Violation {
  invariant: Invariant;
  message: string;
}
