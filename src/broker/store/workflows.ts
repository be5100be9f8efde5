import type { Sql } from "./sql.ts";

/** A part is at most so many characters, of at most three bytes each: below the platform's 2 MB. */
const PART_CHARACTERS = 600_000;

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

  get(id: number): string | undefined {
    const parts = this.#sql.all<{ text: string }>("SELECT text FROM workflow WHERE id = ? ORDER BY part", id);
    return parts.length === 0 ? undefined : parts.map(({ text }) => text).join("");
  }

  delete(id: number): void {
    this.#sql.run("DELETE FROM workflow WHERE id = ?", id);
  }
}
