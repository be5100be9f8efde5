import type { Sql } from "./sql.ts";

/** How many page numbers are set aside at a time: one row written for so many pages. */
const RESERVE = 4_096;

/** What the object keeps about itself: its key, the page numbers it may give, how far expiry has come. */
export class MetaStore {
  readonly #sql: Sql;
  #next: number;
  #reserved: number;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#reserved = Number(this.get("pages") ?? 1);
    this.#next = this.#reserved;
  }

  get(key: string): string | undefined {
    return this.#sql.first<{ value: string }>("SELECT value FROM meta WHERE key = ?", key)?.value;
  }

  set(key: string, value: string): void {
    this.#sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value);
  }

  /** The object's own key, made once. */
  key(make: () => string): string {
    const kept = this.get("key");
    if (kept !== undefined) return kept;
    const key = make();
    this.set("key", key);
    return key;
  }

  /** The next page number; never given twice, not even after the page is deleted or the object was reset. */
  nextPage(): number {
    if (this.#next >= this.#reserved) {
      this.#reserved = this.#next + RESERVE;
      this.set("pages", String(this.#reserved));
    }
    return this.#next++;
  }

  /** Whether a page number was ever given. */
  given(page: number): boolean {
    return page < this.#next;
  }
}
