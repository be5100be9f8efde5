import type { Sql } from "./sql.ts";
/** A page that expiry has passed by because it ended late; it is deleted at an instant of its own. */
export interface Late {
  page: number;
  /** Milliseconds since 1970. */
  expires: number;
}

/** The late pages, by the instant of their expiry. */
export class LateStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  put({ page, expires }: Late): void {
    this.#sql.run("INSERT OR REPLACE INTO late (expires, page) VALUES (?, ?)", expires, page);
  }

  /** The first few pages whose instant has come by `now`. */
  expired(now: number, limit: number): Late[] {
    return this.#sql.all<{ expires: number; page: number }>(
      "SELECT expires, page FROM late WHERE expires <= ? ORDER BY expires LIMIT +?",
      now,
      limit,
    );
  }

  next(): number | undefined {
    return this.#sql.first<{ expires: number }>("SELECT expires FROM late ORDER BY expires LIMIT 1")?.expires;
  }

  delete({ page, expires }: Late): void {
    this.#sql.run("DELETE FROM late WHERE expires = ? AND page = ?", expires, page);
  }
}
