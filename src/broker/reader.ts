import type { Config } from "../core/config.ts";
import { queueOf } from "../core/lane-name.ts";
import type { Ended } from "../core/outcomes.ts";
import type { Lookup, TaskRecord } from "../core/result.ts";
import type { Book } from "./book.ts";
import type { Named } from "./store/names.ts";
import type { PageRow } from "./store/pages.ts";

/** Finds out what became of a task. */
export class Reader {
  readonly #book: Book;
  readonly #config: Config;

  constructor(book: Book, config: Config) {
    this.#book = book;
    this.#config = config;
  }

  /** What became of a task by `now` (milliseconds since 1970). */
  read(id: string, { page, slot }: Named, now: number): Lookup {
    const open = this.#book.open.get(page);
    const row = open?.row ?? this.#book.pages.get(page);
    if (row === undefined) return { found: false, why: "expired" };
    const outcome = open === undefined || open.hasEnded(slot) ? this.#book.results.find(row, slot) : undefined;
    if (outcome !== undefined && outcome.doneAt + this.#config.resultExpires * 1000 <= now) return { found: false, why: "expired" };
    const line = this.#book.lines.of(page)[slot];
    if (line === undefined) return { found: false, why: "unknown" };
    return { found: true, record: { ...this.#progress(row, slot, outcome), id, line } };
  }

  #progress(row: PageRow, slot: number, outcome: Ended | undefined): Omit<TaskRecord, "id" | "line"> {
    const known = {
      queue: queueOf(row.queue),
      retries: 0,
      receivedAt: row.created,
      eta: row.head.due?.[slot] ?? null,
      expires: row.head.expires?.[slot] ?? null,
    };
    if (outcome !== undefined) {
      const { state, result, traceback, worker, startedAt, doneAt } = outcome;
      return { ...known, state, result, traceback, worker, startedAt, doneAt };
    }
    const holder = this.#config.taskTrackStarted ? this.#book.holder(row.id, slot) : undefined;
    return {
      ...known,
      state: holder === undefined ? "PENDING" : "STARTED",
      result: null,
      traceback: null,
      worker: holder?.consumer ?? null,
      startedAt: holder?.grantedAt ?? null,
      doneAt: null,
    };
  }
}
