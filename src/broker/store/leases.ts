import type { LeaseState } from "../lease.ts";
import type { Sql } from "./sql.ts";

/** The lease rows, and the attempts of slots that came back from a lost lease. */
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

  putAttempts(page: number, slot: number, attempts: number, lostAlone: number): void {
    this.#sql.run("INSERT OR REPLACE INTO attempt (page, slot, attempts, lost_alone) VALUES (?, ?, ?, ?)", page, slot, attempts, lostAlone);
  }

  attempts(page: number): { slot: number; attempts: number; lostAlone: number }[] {
    return this.#sql
      .all<{ slot: number; attempts: number; lost_alone: number }>("SELECT slot, attempts, lost_alone FROM attempt WHERE page = ?", page)
      .map(({ slot, attempts, lost_alone }) => ({ slot, attempts, lostAlone: lost_alone }));
  }

  deleteAttempts(page: number): void {
    this.#sql.run("DELETE FROM attempt WHERE page = ?", page);
  }
}
