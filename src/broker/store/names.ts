/** A task found by a name of the caller's. */
export interface Named {
  page: number;
  slot: number;
}

/** Task ids that callers chose, and idempotency keys. */
export class NameStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  alias(id: string): Named | undefined {
    return this.#sql.exec<{ page: number; slot: number }>("SELECT page, slot FROM alias WHERE id = ?", id).toArray()[0];
  }

  putAlias(id: string, { page, slot }: Named): void {
    this.#sql.exec("INSERT INTO alias (id, page, slot) VALUES (?, ?, ?)", id, page, slot);
  }

  deleteAlias(id: string): void {
    this.#sql.exec("DELETE FROM alias WHERE id = ?", id);
  }

  /** The task that a key stands for, if the key is still kept at `now` (milliseconds since 1970). */
  key(key: string, now: number): (Named & { fingerprint: string }) | undefined {
    return this.#sql
      .exec<{ fingerprint: string; page: number; slot: number }>(
        "SELECT fingerprint, page, slot FROM idempotency WHERE key = ? AND until > ?",
        key,
        now,
      )
      .toArray()[0];
  }

  putKey(key: string, fingerprint: string, { page, slot }: Named, until: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO idempotency (key, fingerprint, page, slot, until) VALUES (?, ?, ?, ?, ?)",
      key,
      fingerprint,
      page,
      slot,
      until,
    );
  }

  /** Deletes a key, unless it has come to stand for another page's task since. */
  deleteKey(key: string, page: number): void {
    this.#sql.exec("DELETE FROM idempotency WHERE key = ? AND page = ?", key, page);
  }
}
