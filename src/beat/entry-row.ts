/** What beat keeps of one entry. Instants are milliseconds since 1970. */
export interface EntryRow {
  name: string;
  /** The schedule it is reckoned under, as text (`scheduleText`): another one begins anew. */
  schedule: string;
  /** When it was first seen under that schedule, or enabled again. */
  firstSeen: number;
  /** The last instant it was sent for, or is being sent for; it only grows. */
  lastInstant: number | null;
  /** The instant whose sending is not confirmed yet; null when all is confirmed. */
  pending: number | null;
  /** How often it was sent (Celery's `total_run_count`). */
  totalRunCount: number;
  /** When it has to be looked at again; null when nothing of it will come. */
  nextAt: number | null;
  /** When it was last sent, which may be after the instant (Celery's `last_run_at`). */
  lastRunAt: number | null;
  /** The id of the task that was sent then. */
  lastTaskId: string | null;
  /** What was written over HTTP, as JSON text; null for an entry of the deployment. */
  definition: string | null;
}

/** An entry's columns, in no order that matters. */
export const ENTRY_COLUMNS =
  "name, schedule, first_seen, last_instant, pending, total_run_count, next_at, last_run_at, last_task_id, definition";

/** Reads a row of the table `entry`. */
export function readRow(row: Record<string, unknown>): EntryRow {
  return {
    name: String(row.name),
    schedule: String(row.schedule),
    firstSeen: Number(row.first_seen),
    lastInstant: readNumber(row.last_instant),
    pending: readNumber(row.pending),
    totalRunCount: Number(row.total_run_count),
    nextAt: readNumber(row.next_at),
    lastRunAt: readNumber(row.last_run_at),
    lastTaskId: readText(row.last_task_id),
    definition: readText(row.definition),
  };
}

function readNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function readText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
