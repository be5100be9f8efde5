/** As much of `SqlStorage` as the store needs. */
export interface Sql {
  exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] };
}

/** What beat keeps of one entry. Instants are milliseconds since 1970. */
export interface EntryRow {
  name: string;
  /** The schedule it is reckoned under, as JSON text: another one begins anew. */
  schedule: string;
  firstSeen: number;
  /** The last instant it was sent for, or is being sent for; it only grows. */
  lastInstant: number | null;
  /** The instant whose sending is not confirmed yet; null when all is confirmed. */
  pending: number | null;
  /** How often it was sent (Celery's `total_run_count`). */
  totalRunCount: number;
}

/**
 * Beat's rows: one an entry. A due instant is written as pending before it is sent and struck out after the broker's answer, so
 * that what a reset interrupts is sent again. Each method but `all` writes one row; none asks the clock.
 */
export class BeatStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS entry (
      name TEXT PRIMARY KEY,
      schedule TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      last_instant INTEGER,
      pending INTEGER,
      total_run_count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  }

  /** Every entry that beat has seen. */
  all(): EntryRow[] {
    return this.#sql.exec("SELECT name, schedule, first_seen, last_instant, pending, total_run_count FROM entry").toArray().map(readRow);
  }

  /** Writes a new entry, first seen `now`. */
  add(name: string, schedule: string, now: number): EntryRow {
    this.#sql.exec("INSERT INTO entry (name, schedule, first_seen, total_run_count) VALUES (?, ?, ?, 0)", name, schedule, now);
    return { name, schedule, firstSeen: now, lastInstant: null, pending: null, totalRunCount: 0 };
  }

  /** Puts an entry under another schedule, first seen `now`. The last instant stays: none is sent twice. */
  reschedule(row: EntryRow, schedule: string, now: number): void {
    this.#sql.exec("UPDATE entry SET schedule = ?, first_seen = ? WHERE name = ?", schedule, now, row.name);
    row.schedule = schedule;
    row.firstSeen = now;
  }

  /** Notes that an entry is about to be sent for an instant. */
  begin(row: EntryRow, instant: number): void {
    this.#sql.exec("UPDATE entry SET last_instant = ?, pending = ? WHERE name = ?", instant, instant, row.name);
    row.lastInstant = instant;
    row.pending = instant;
  }

  /** Notes that the broker has the pending call. */
  confirm(row: EntryRow): void {
    this.#sql.exec("UPDATE entry SET pending = NULL, total_run_count = total_run_count + 1 WHERE name = ?", row.name);
    row.pending = null;
    row.totalRunCount += 1;
  }

  /** Gives the pending instant up: the broker will never take it. */
  giveUp(row: EntryRow): void {
    this.#sql.exec("UPDATE entry SET pending = NULL WHERE name = ?", row.name);
    row.pending = null;
  }

  /** Forgets an entry, and what was pending of it. */
  remove(name: string): void {
    this.#sql.exec("DELETE FROM entry WHERE name = ?", name);
  }
}

function readRow(row: Record<string, unknown>): EntryRow {
  return {
    name: String(row.name),
    schedule: String(row.schedule),
    firstSeen: Number(row.first_seen),
    lastInstant: readInstant(row.last_instant),
    pending: readInstant(row.pending),
    totalRunCount: Number(row.total_run_count),
  };
}

function readInstant(value: unknown): number | null {
  return value === null ? null : Number(value);
}
