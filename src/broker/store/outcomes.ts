import { decodeOutcomes, type Ended, encodeOutcomes } from "../../core/outcomes.ts";
import type { Sql } from "./sql.ts";

/** The outcomes of pages that do not end all at once: a row for the slots of one page that were reported together. */
export class OutcomeStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  put(page: number, ended: readonly Ended[]): void {
    for (const { slot, body } of encodeOutcomes(ended)) {
      this.#sql.run("INSERT INTO outcome (page, slot, text) VALUES (?, ?, ?)", page, slot, body);
    }
  }

  /** All outcomes of a page so far. */
  of(page: number): Ended[] {
    return this.#sql
      .all<{ text: string }>("SELECT text FROM outcome WHERE page = ? ORDER BY slot", page)
      .flatMap(({ text }) => decodeOutcomes(text));
  }

  delete(page: number): void {
    this.#sql.run("DELETE FROM outcome WHERE page = ?", page);
  }
}
