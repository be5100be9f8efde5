import type { LeaseState } from "../lease.ts";
import type { Sql } from "./sql.ts";

/** The lease rows. */
export class LeaseStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  put(id: string, until: number, state: LeaseState): void {
    this.#sql.run("INSERT OR REPLACE INTO lease (id, until, text) VALUES (?, ?, ?)", id, until, JSON.stringify(state));
  }

  delete(id: string): void {
    this.#sql.run("DELETE FROM lease WHERE id = ?", id);
  }

  all(): { id: string; until: number; state: LeaseState }[] {
    return this.#sql
      .all<{ id: string; until: number; text: string }>("SELECT id, until, text FROM lease")
      .map(({ id, until, text }) => ({ id, until, state: JSON.parse(text) as LeaseState }));
  }
}
