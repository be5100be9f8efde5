import type { Sql } from "./sql.ts";
/** A task found by a name of the caller's. */
export interface Named {
  page: number;
  slot: number;
}

/** Task ids that callers chose, and idempotency keys. */
export class NameStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  alias(id: string): Named | undefined {
    return this.#sql.first<{ page: number; slot: number }>("SELECT page, slot FROM alias WHERE id = ?", id);
  }

  putAlias(id: string, { page, slot }: Named): void {
    this.#sql.run("INSERT INTO alias (id, page, slot) VALUES (?, ?, ?)", id, page, slot);
  }

  deleteAlias(id: string): void {
    this.#sql.run("DELETE FROM alias WHERE id = ?", id);
  }

  /** The task that a key stands for, if the key is still kept at `now` (milliseconds since 1970). */
  key(key: string, now: number): (Named & { fingerprint: string }) | undefined {
    return this.#sql.first<{ fingerprint: string; page: number; slot: number }>(
      "SELECT fingerprint, page, slot FROM idempotency WHERE key = ? AND until > ?",
      key,
      now,
    );
  }

  putKey(key: string, fingerprint: string, { page, slot }: Named, until: number): void {
    this.#sql.run(
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
    this.#sql.run("DELETE FROM idempotency WHERE key = ? AND page = ?", key, page);
  }
}
