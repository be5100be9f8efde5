import { decodeOutcomes, type Ended, type OutcomeRow, ROW_CHARACTERS } from "../../core/outcomes.ts";
import { inBatches, type Sql } from "./sql.ts";

/** The outcomes of pages that do not end all at once: a row for the slots of one page that were reported together. */
export class OutcomeStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  put(page: number, rows: readonly OutcomeRow[]): void {
    for (const { slot, body } of rows) this.#sql.run("INSERT INTO outcome (page, slot, text) VALUES (?, ?, ?)", page, slot, body);
  }

  /** The first slots of the rows in which a slot's outcome may be, the likeliest first: to be read as far as there is need. */
  *before(page: number, slot: number): Generator<number> {
    const query = "SELECT slot FROM outcome WHERE page = ? AND slot < ? ORDER BY slot DESC LIMIT +?";
    const rows = inBatches<{ slot: number }>((last, limit) => this.#sql.all(query, page, last?.slot ?? slot + 1, limit));
    for (const row of rows) yield row.slot;
  }

  /** The outcomes of the row that begins with a slot. */
  at(page: number, slot: number): Ended[] {
    const row = this.#sql.first<{ text: string }>("SELECT text FROM outcome WHERE page = ? AND slot = ?", page, slot);
    return row === undefined ? [] : decodeOutcomes(row.text);
  }

  /** Writes the row that begins with a slot anew. */
  rewrite(page: number, slot: number, change: (body: string) => string): void {
    const row = this.#sql.first<{ text: string }>("SELECT text FROM outcome WHERE page = ? AND slot = ?", page, slot);
    if (row !== undefined) this.#sql.run("UPDATE outcome SET text = ? WHERE page = ? AND slot = ?", change(row.text), page, slot);
  }

  /** How the slots of a page ended, row by row; of a single outcome that is larger than a row of several, its state alone is read. */
  *ends(page: number): Generator<[slot: number, state: string]> {
    const rows = this.#sql.all<{ slot: number; text: string; characters: number }>(
      "SELECT slot, length(text) AS characters, CASE WHEN length(text) <= ? THEN text ELSE substr(text, 1, 40) END AS text FROM outcome WHERE page = ?",
      2 * ROW_CHARACTERS,
      page,
    );
    for (const { slot, text, characters } of rows) {
      if (characters > text.length) yield [slot, /"(\w+)"/.exec(text)?.[1] ?? ""];
      else for (const outcome of decodeOutcomes(text)) yield [outcome.slot, outcome.state];
    }
  }

  /** The rows of a page, one after the other. */
  *rows(page: number): Generator<Ended[]> {
    const slots = this.#sql.all<{ slot: number }>("SELECT slot FROM outcome WHERE page = ? ORDER BY slot", page);
    for (const { slot } of slots) yield this.at(page, slot);
  }

  /** The slots of a page that have ended. Its rows are read one at a time, for together they may be larger than memory. */
  slots(page: number): Set<number> {
    const ended = new Set<number>();
    const rows = this.#sql.each<{ slot: number; text: string | null }>(
      "SELECT slot, CASE WHEN length(text) <= ? THEN text END AS text FROM outcome WHERE page = ?",
      2 * ROW_CHARACTERS,
      page,
    );
    for (const { slot, text } of rows) {
      // A longer row holds the one outcome that it begins with.
      if (text === null) ended.add(slot);
      else for (const outcome of decodeOutcomes(text)) ended.add(outcome.slot);
    }
    return ended;
  }

  delete(page: number): void {
    this.#sql.run("DELETE FROM outcome WHERE page = ?", page);
  }
}
