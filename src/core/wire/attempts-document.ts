import type { TaskRecord } from "../result.ts";

/** One attempt at a task, as JSON has it. Times are ISO 8601, UTC. */
export interface AttemptDocument {
  /** `RETRY`, `REJECTED`, `LOST` (its consumer was lost); of the last one what the task shows now. */
  status: string;
  worker: string | null;
  date_started: string;
  /** Null: it runs. */
  date_done: string | null;
  /** The error that it was retried for, in a line. */
  error: string | null;
}

/** The attempts at a task, oldest first: of many the last 21. */
export function attemptsDocument({ past = [], state, worker, startedAt, doneAt }: TaskRecord): AttemptDocument[] {
  const documents: AttemptDocument[] = past.map(({ state: status, worker: by, startedAt: began, endedAt, error = null }) => ({
    status,
    worker: by,
    date_started: isoTime(began),
    date_done: isoTime(endedAt),
    error,
  }));
  if (startedAt !== null)
    documents.push({
      status: state,
      worker,
      date_started: isoTime(startedAt),
      date_done: doneAt === null ? null : isoTime(doneAt),
      error: null,
    });
  return documents;
}

function isoTime(instant: number): string {
  return new Date(instant).toISOString();
}
