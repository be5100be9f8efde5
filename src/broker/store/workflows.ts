import type { Sql } from "./sql.ts";

/** A part is at most so many characters, of at most three bytes each: below the platform's 2 MB. */
const PART_CHARACTERS = 600_000;

/** What is added to a workflow later has parts of its own, from this number on. */
const LATER = 1_000_000;

/** What is known of a workflow: what was written first, and what was added later, in its order. */
export interface WorkflowTexts {
  text: string;
  later: string[];
}

/** What is known of workflows, as JSON text in parts: most have one. */
export class WorkflowStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  put(id: number, text: string): void {
    for (let part = 0; part === 0 || part * PART_CHARACTERS < text.length; part++) {
      const piece = text.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS);
      this.#sql.run("INSERT OR REPLACE INTO workflow (id, part, text) VALUES (?, ?, ?)", id, part, piece);
    }
  }

  /** Adds to a workflow: a row, however much there is of it. @param index counts what was added, from 0 */
  add(id: number, index: number, text: string): void {
    this.#sql.run("INSERT OR REPLACE INTO workflow (id, part, text) VALUES (?, ?, ?)", id, LATER + index, text);
  }

  get(id: number): WorkflowTexts | undefined {
    const rows = this.#sql.all<{ part: number; text: string }>("SELECT part, text FROM workflow WHERE id = ? ORDER BY part", id);
    if (rows.length === 0) return undefined;
    const first = rows.filter(({ part }) => part < LATER);
    return { text: first.map(({ text }) => text).join(""), later: rows.slice(first.length).map(({ text }) => text) };
  }

  delete(id: number): void {
    this.#sql.run("DELETE FROM workflow WHERE id = ?", id);
  }
}
