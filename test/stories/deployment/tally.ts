import { DurableObject } from "cloudflare:workers";

/** Remembers on disk how often each task was started, and as which delivery. */
export class Tally extends DurableObject<unknown> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS start (id TEXT NOT NULL, delivery INTEGER NOT NULL)");
    this.#sql.exec("CREATE TABLE IF NOT EXISTS abort (id TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL)");
  }

  /** Notes one start; it is on disk when the answer comes. */
  note(id: string, delivery: number): void {
    this.#sql.exec("INSERT INTO start (id, delivery) VALUES (?, ?)", id, delivery);
  }

  /** Notes that a task saw its signal abort. */
  noteAbort(id: string, at: number, reason: string): void {
    this.#sql.exec("INSERT INTO abort (id, at, reason) VALUES (?, ?, ?)", id, at, reason);
  }

  /** Every abort there was. */
  aborts(): { id: string; at: number; reason: string }[] {
    return this.#sql.exec<{ id: string; at: number; reason: string }>("SELECT id, at, reason FROM abort").toArray();
  }

  /** Every start there was. */
  starts(): { id: string; delivery: number }[] {
    return this.#sql.exec<{ id: string; delivery: number }>("SELECT id, delivery FROM start").toArray();
  }
}
