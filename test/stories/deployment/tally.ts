import { DurableObject } from "cloudflare:workers";

/** Remembers on disk how often each task was started, and as which delivery. */
export class Tally extends DurableObject<unknown> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS start (id TEXT NOT NULL, delivery INTEGER NOT NULL)");
  }

  /** Notes one start; it is on disk when the answer comes. */
  note(id: string, delivery: number): void {
    this.#sql.exec("INSERT INTO start (id, delivery) VALUES (?, ?)", id, delivery);
  }

  /** Every start there was. */
  starts(): { id: string; delivery: number }[] {
    return this.#sql.exec<{ id: string; delivery: number }>("SELECT id, delivery FROM start").toArray();
  }
}
