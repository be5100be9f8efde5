import type { Sql } from "./sql.ts";

/** A name whose home has left the deciding to another shard. */
export interface Loan {
  name: string;
  /** Who decides it now. */
  shard: number;
  /** When it is to be seen whether that shard still needs it: milliseconds since 1970. */
  until: number;
}

/** The names that were lent. */
export class LoanStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get(name: string): Loan | undefined {
    return this.#sql.first<Loan & Record<string, string | number>>("SELECT name, shard, until FROM loan WHERE name = ?", name);
  }

  put({ name, shard, until }: Loan): void {
    this.#sql.run("INSERT OR REPLACE INTO loan (name, shard, until) VALUES (?, ?, ?)", name, shard, until);
  }

  delete(name: string): void {
    this.#sql.run("DELETE FROM loan WHERE name = ?", name);
  }

  /** The loans whose time was over at `now`, oldest first, so many at most. */
  over(now: number, most: number): Loan[] {
    return this.#sql.all<Loan & Record<string, string | number>>(
      "SELECT name, shard, until FROM loan WHERE until <= ? ORDER BY until LIMIT +?",
      now,
      most,
    );
  }

  /** When the first loan's time is over; nothing when there is none. */
  next(): number | undefined {
    return this.#sql.first<{ until: number }>("SELECT until FROM loan ORDER BY until LIMIT 1")?.until;
  }
}
