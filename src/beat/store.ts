import { ENTRY_COLUMNS, type EntryRow, readRow } from "./entry-row.ts";

/** As much of `SqlStorage` as the store needs. */
export interface Sql {
  exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] };
}

/**
 * Beat's rows: one an entry, found by when it has to be looked at, so that a round reads only what is due. A due instant is written as
 * pending before it is sent and struck out after the broker's answer, so that what a reset interrupts is sent again. Methods that
 * change a row change the `EntryRow` with it; none asks the clock.
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
      total_run_count INTEGER NOT NULL,
      next_at INTEGER,
      last_run_at INTEGER,
      last_task_id TEXT,
      definition TEXT
    ) STRICT, WITHOUT ROWID`);
    this.#addColumns();
    sql.exec("CREATE INDEX IF NOT EXISTS entry_next ON entry (next_at) WHERE next_at IS NOT NULL");
    sql.exec("CREATE TABLE IF NOT EXISTS deployment (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL) STRICT");
  }

  /** Every entry that beat knows, by name. Reads them all. */
  all(): EntryRow[] {
    return this.#sql.exec(`SELECT ${ENTRY_COLUMNS} FROM entry ORDER BY name`).toArray().map(readRow);
  }

  /** The first entries behind a name, by name; null: from the first on. Reads no other. */
  behind(name: string | null, limit: number): EntryRow[] {
    const where = name === null ? "" : "WHERE name > ?";
    const bindings = name === null ? [limit] : [name, limit];
    return this.#sql
      .exec(`SELECT ${ENTRY_COLUMNS} FROM entry ${where} ORDER BY name LIMIT +?`, ...bindings)
      .toArray()
      .map(readRow);
  }

  /** One entry, if beat knows it. */
  get(name: string): EntryRow | undefined {
    const [row] = this.#sql.exec(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE name = ?`, name).toArray();
    return row && readRow(row);
  }

  /** The entries that have to be looked at by `now`, those with a pending instant among them. Reads no other. */
  due(now: number): EntryRow[] {
    return this.#sql.exec(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE next_at <= ? ORDER BY next_at, name`, now).toArray().map(readRow);
  }

  /** The earliest instant at which an entry has to be looked at; null when there is none. */
  earliest(): number | null {
    const [row] = this.#sql.exec("SELECT min(next_at) AS at FROM entry WHERE next_at IS NOT NULL").toArray();
    return row?.at === null || row?.at === undefined ? null : Number(row.at);
  }

  /** How many entries there are. */
  count(): number {
    const [row] = this.#sql.exec("SELECT count(*) AS n FROM entry").toArray();
    return Number(row?.n);
  }

  /** The mark of the deployment's entries that the rows are in line with; "" when there never were any. */
  fingerprint(): string {
    const [row] = this.#sql.exec("SELECT fingerprint FROM deployment").toArray();
    return row === undefined ? "" : String(row.fingerprint);
  }

  /** Notes that the rows are in line with the deployment's entries. */
  setFingerprint(fingerprint: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO deployment (id, fingerprint) VALUES (1, ?)", fingerprint);
  }

  /** Writes an entry, whole: a new one, or in the place of the one of its name. */
  put(row: EntryRow): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO entry (${ENTRY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.name,
      row.schedule,
      row.firstSeen,
      row.lastInstant,
      row.pending,
      row.totalRunCount,
      row.nextAt,
      row.lastRunAt,
      row.lastTaskId,
      row.definition,
    );
  }

  /** Notes when an entry has to be looked at again; writes nothing when that is known. */
  lookAgain(row: EntryRow, at: number | null): void {
    if (row.nextAt === at) return;
    this.#sql.exec("UPDATE entry SET next_at = ? WHERE name = ?", at, row.name);
    row.nextAt = at;
  }

  /** Notes that an entry is about to be sent for an instant. It stays due until that is confirmed or given up. */
  begin(row: EntryRow, instant: number): void {
    this.#sql.exec("UPDATE entry SET last_instant = ?, pending = ? WHERE name = ?", instant, instant, row.name);
    row.lastInstant = instant;
    row.pending = instant;
    // Written only where nothing was to come: to write what is there would cost the index's row.
    this.lookAgain(row, row.nextAt ?? instant);
  }

  /** Notes that the broker has the pending call. Changes nothing if the entry was replaced meanwhile. */
  confirm(row: EntryRow, sent: { at: number; taskId: string; nextAt: number | null }): void {
    this.#sql.exec(
      `UPDATE entry SET pending = NULL, total_run_count = total_run_count + 1, last_run_at = ?, last_task_id = ?, next_at = ?
       WHERE name = ? AND pending = ? AND schedule = ?`,
      sent.at,
      sent.taskId,
      sent.nextAt,
      row.name,
      row.pending,
      row.schedule,
    );
    row.pending = null;
    row.totalRunCount += 1;
  }

  /** Gives the pending instant up: the broker will never take it. Changes nothing if the entry was replaced meanwhile. */
  giveUp(row: EntryRow, nextAt: number | null): void {
    this.#sql.exec("UPDATE entry SET pending = NULL, next_at = ? WHERE name = ? AND pending = ?", nextAt, row.name, row.pending);
    row.pending = null;
  }

  /** Counts a sending that no instant asked for. */
  countRun(name: string, sent: { at: number; taskId: string }): void {
    this.#sql.exec(
      "UPDATE entry SET total_run_count = total_run_count + 1, last_run_at = ?, last_task_id = ? WHERE name = ?",
      sent.at,
      sent.taskId,
      name,
    );
  }

  /** Forgets an entry, and what was pending of it. */
  remove(name: string): void {
    this.#sql.exec("DELETE FROM entry WHERE name = ?", name);
  }

  // The rows of a version before this one lack what it has added.
  #addColumns(): void {
    const known = new Set(
      this.#sql
        .exec("PRAGMA table_info(entry)")
        .toArray()
        .map((column) => column.name),
    );
    for (const column of ["next_at INTEGER", "last_run_at INTEGER", "last_task_id TEXT", "definition TEXT"]) {
      if (!known.has(column.split(" ")[0])) this.#sql.exec(`ALTER TABLE entry ADD COLUMN ${column}`);
    }
  }
}
