/** A page that expiry has passed by because it ended late; it is deleted at an instant of its own. */
export interface Late {
  page: number;
  /** Milliseconds since 1970. */
  expires: number;
}

/** The late pages, by the instant of their expiry. */
export class LateStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put({ page, expires }: Late): void {
    this.#sql.exec("INSERT OR REPLACE INTO late (expires, page) VALUES (?, ?)", expires, page);
  }

  /** The first few pages whose instant has come by `now`. */
  expired(now: number, limit: number): Late[] {
    return this.#sql
      .exec<{ expires: number; page: number }>("SELECT expires, page FROM late WHERE expires <= ? ORDER BY expires LIMIT ?", now, limit)
      .toArray();
  }

  next(): number | undefined {
    return this.#sql.exec<{ expires: number }>("SELECT expires FROM late ORDER BY expires LIMIT 1").toArray()[0]?.expires;
  }

  delete({ page, expires }: Late): void {
    this.#sql.exec("DELETE FROM late WHERE expires = ? AND page = ?", expires, page);
  }
}
