import { DurableObject } from "cloudflare:workers";
import type { Start } from "../start.ts";

/** Remembers on disk each start of each task. */
export class Tally extends DurableObject<unknown> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS start (number INTEGER PRIMARY KEY, token TEXT NOT NULL, id TEXT NOT NULL, delivery INTEGER NOT NULL)",
    );
  }

  /** Notes one start; it is on disk when the answer comes. */
  note(token: string, id: string, delivery: number): void {
    this.#sql.exec("INSERT INTO start (token, id, delivery) VALUES (?, ?, ?)", token, id, delivery);
  }

  /** The starts that came after one, oldest first: at most `count`. */
  starts(after: number, count: number): Start[] {
    const query = "SELECT number, token, id, delivery FROM start WHERE number > ? ORDER BY number LIMIT ?";
    return this.#sql.exec<{ number: number; token: string; id: string; delivery: number }>(query, after, count).toArray();
  }
}
