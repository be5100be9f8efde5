import type { LeaseState } from "../lease.ts";

/** The lease rows, and the attempts of slots that came back from a lost lease. */
export class LeaseStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put(id: string, until: number, state: LeaseState): void {
    this.#sql.exec("INSERT OR REPLACE INTO lease (id, until, text) VALUES (?, ?, ?)", id, until, JSON.stringify(state));
  }

  delete(id: string): void {
    this.#sql.exec("DELETE FROM lease WHERE id = ?", id);
  }

  all(): { id: string; until: number; state: LeaseState }[] {
    return this.#sql
      .exec<{ id: string; until: number; text: string }>("SELECT id, until, text FROM lease")
      .toArray()
      .map(({ id, until, text }) => ({ id, until, state: JSON.parse(text) as LeaseState }));
  }

  putAttempts(page: number, slot: number, attempts: number, lostAlone: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO attempt (page, slot, attempts, lost_alone) VALUES (?, ?, ?, ?)", page, slot, attempts, lostAlone);
  }

  attempts(page: number): { slot: number; attempts: number; lostAlone: number }[] {
    return this.#sql
      .exec<{ slot: number; attempts: number; lost_alone: number }>("SELECT slot, attempts, lost_alone FROM attempt WHERE page = ?", page)
      .toArray()
      .map(({ slot, attempts, lost_alone }) => ({ slot, attempts, lostAlone: lost_alone }));
  }

  deleteAttempts(page: number): void {
    this.#sql.exec("DELETE FROM attempt WHERE page = ?", page);
  }
}
