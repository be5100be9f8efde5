import type { State } from "./state.ts";

/** How one attempt at a task ended, as the consumer reports it. */
export interface Outcome {
  page: number;
  slot: number;
  /** The attempt that was granted, counted from 1: an outcome of another attempt is refused. */
  attempt: number;
  state: "SUCCESS" | "FAILURE";
  /** The return value, or the error document, as JSON text. */
  result: string;
  /** The stack of a failure. */
  traceback: string | null;
  /** When the attempt was started and ended: milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
}

/** What the broker knows of one task: Celery's result document before it is rendered. */
export interface TaskRecord {
  id: string;
  state: State;
  /** The stored value or error document, as JSON text; null until the task is final. */
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
}

/** The answer to "what became of this id?". `unknown`: never given (404). `expired`: given, and its result is gone (410). */
export type Lookup = { found: true; record: TaskRecord } | { found: false; why: "unknown" | "expired" };
