import type { WorkflowBody } from "./canvas/workflow.ts";
import type { PastAttempt } from "./past-attempt.ts";
import type { FinalState, KnownState } from "./state.ts";

/** What every report of an attempt tells. */
interface AttemptReport {
  page: number;
  slot: number;
  /** The attempt that was granted, counted from 1: an outcome of another attempt is refused. */
  attempt: number;
  /** The return value, or the error document, as JSON text. */
  result: string;
  /** The stack of a failure. */
  traceback: string | null;
  /** When the attempt was started and ended: milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
  /** The ids of the tasks that it called; absent: none. */
  children?: string[];
}

/** The attempt ended its task. `IGNORED` (Celery's `Ignore`): it ends as the state that was last written by `update_state`, else as SUCCESS without a result. */
export interface Ending extends AttemptReport {
  state: FinalState | "IGNORED";
}

/** The task is to be run again (Celery's `Retry`): `result` is the document of the error that it was retried for. */
export interface RetryOutcome extends AttemptReport {
  state: "RETRY";
  again: Again;
}

/** The attempt was refused and the task is granted again as it was (Celery's `Reject` with `requeue`). */
export interface RejectOutcome extends AttemptReport {
  state: "REJECTED";
}

/**
 * The task hands its place over to a canvas (Celery's `replace`): it ends as that does, with its value or its error, and is not run again. Its links, its errbacks and what comes
 * after it are its own still. The canvas is composed as any other (`composeCanvas`), under the replaced task as parent.
 */
export interface ReplaceOutcome extends AttemptReport {
  state: "REPLACED";
  by: WorkflowBody;
}

/** When and with what the next attempt is made; what is absent stays as it was. */
export interface Again {
  /** Milliseconds since 1970. */
  due: number;
  /** What `retries` will be. */
  retries: number;
  /** The call's line with other arguments. */
  line?: string;
  queue?: string;
  priority?: number;
}

/** How one attempt at a task ended, as the consumer reports it. */
export type Outcome = Ending | RetryOutcome | RejectOutcome | ReplaceOutcome;

/** What the broker knows of one task: Celery's result document before it is rendered. */
export interface TaskRecord {
  id: string;
  state: KnownState;
  /** The stored value or error document, as JSON text; before the task is final what `update_state` wrote, or the error that it waits to be retried for; else null. */
  result: string | null;
  traceback: string | null;
  /** The call's line, as JSON text (core/call.ts, `Line`). */
  line: string;
  queue: string;
  retries: number;
  /** The consumer that ran it. */
  worker: string | null;
  /** Milliseconds since 1970. */
  receivedAt: number;
  startedAt: number | null;
  doneAt: number | null;
  eta: number | null;
  expires: number | null;
  /** The attempts before the last one; absent: none is known. */
  past?: PastAttempt[];
  /** The ids of the tasks that it called; absent: none. */
  children?: string[];
}

/** The answer to "what became of this id?". `unknown`: never given (404). `expired`: given, and its result is gone (410). */
export type Lookup = { found: true; record: TaskRecord } | { found: false; why: "unknown" | "expired" };
