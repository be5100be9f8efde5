import type { Sql } from "./sql.ts";

/** The rows of work on many tasks that runs in slices. */
export class JobStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param over when it ended, milliseconds since 1970; null: it goes on */
  put(id: string, text: string, over: number | null): void {
    this.#sql.run("INSERT OR REPLACE INTO job (id, over, text) VALUES (?, ?, ?)", id, over, text);
  }

  get(id: string): string | undefined {
    return this.#sql.first<{ text: string }>("SELECT text FROM job WHERE id = ?", id)?.text;
  }

  /** Those that go on. */
  unfinished(): string[] {
    return this.#sql.all<{ text: string }>("SELECT text FROM job WHERE over IS NULL").map(({ text }) => text);
  }

  /** Deletes those that ended before an instant. */
  drop(before: number): void {
    this.#sql.run("DELETE FROM job WHERE over < ?", before);
  }
}
