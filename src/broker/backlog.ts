import { Pace } from "../core/pace.ts";
import type { PageDraft, Placeable } from "../core/page.ts";
import type { Refused } from "./api.ts";
import type { OpenPage } from "./open-page.ts";
import { Recount, type RecountParts } from "./recount.ts";
import type { MetaStore } from "./store/meta.ts";

/** So many tasks may end before the count is written down, unless a page is written meanwhile: each bears it. */
const ENDED_PER_NOTE = 4_096;
/** When to come again while the count is not sure yet. */
const RECOUNT_SECONDS = 1;

/** What the backlog is counted from. */
export interface BacklogParts extends RecountParts {
  meta: MetaStore;
  /** How many tasks of the shard may be unfinished at once. */
  limit: number;
}

/** The count as the meta row keeps it, and the last page that was written by then. */
interface Note {
  page: number;
  count: number;
}

/**
 * How many tasks of a shard are accepted and unfinished, and whether there is room for more. Counting costs no row for a task:
 * each page bears the count in its head, and so does the meta row after some thousand ended tasks. What is read back after a
 * reset may thus be some thousand too many, never too few. It is counted anew in slices, by the sweep, and before
 * anything is refused for it, so that no error outlives that. Where memory holds all that is unfinished, it is exact at once.
 */
export class Backlog {
  readonly limit: number;
  readonly #parts: BacklogParts;
  #count = 0;
  #lastPage = 0;
  #endedSinceNote = 0;
  #pace = new Pace(0);
  /** Runs until the count is exact again after a reset. */
  #recount: Recount | undefined;
  #recountedAt = 0;

  constructor(parts: BacklogParts) {
    this.#parts = parts;
    this.limit = parts.limit;
  }

  /** Unfinished tasks; exact unless `sure` is false: then perhaps some thousand too many. */
  get count(): number {
    return this.#count;
  }

  get sure(): boolean {
    return this.#recount === undefined;
  }

  /**
   * Reads back what a reset has taken from memory; two rows are read.
   * @param queues in which anything is unfinished
   * @param whole memory holds every unfinished page
   */
  recover(queues: readonly string[], whole: boolean, now: number): void {
    this.#pace = new Pace(now);
    const newest = this.#parts.pages.newest();
    this.#lastPage = newest?.id ?? 0;
    if (whole) {
      for (const { remaining } of this.#parts.open.values()) this.#count += remaining;
      return;
    }
    const noted = this.#note();
    // Pages that were written after the newest one that is left have ended and are deleted.
    this.#count = noted !== undefined && noted.page >= this.#lastPage ? noted.count : (newest?.head.b ?? 0);
    this.#recount = new Recount(this.#parts, queues);
  }

  /** A page is about to be written: it bears the count. */
  accept(id: number, draft: PageDraft): void {
    const { length } = draft.lines;
    this.#count += length;
    this.#recount?.note({ id, queue: draft.queue, due: draft.due, head: draft.head }, length);
    this.#lastPage = id;
    this.#endedSinceNote = 0;
    draft.head.b = this.#count;
  }

  /** So many tasks of a page have ended. To be told before the page loses its due instant. */
  end({ row }: OpenPage, ended: number, now: number): void {
    this.#pace.note(ended, now);
    // What a page of an earlier version did not bear may be missing until it is counted anew.
    this.#count = Math.max(0, this.#count - ended);
    this.#recount?.note(row, -ended);
    this.#endedSinceNote += ended;
    if (this.#endedSinceNote < ENDED_PER_NOTE) return;
    this.#endedSinceNote = 0;
    const note: Note = { page: this.#lastPage, count: this.#count };
    this.#parts.meta.set("backlog", JSON.stringify(note));
  }

  /** A page is about to be due at another instant: `change` makes it so. Whoever counts anew walks by these instants. */
  move({ row, remaining }: OpenPage, change: () => void): void {
    this.#recount?.note(row, -remaining);
    change();
    this.#recount?.note(row, remaining);
  }

  /** Goes on to count anew, if the count is not sure: one bounded slice, and one only at any instant. */
  recount(now: number): void {
    if (this.#recount === undefined || this.#recountedAt === now) return;
    this.#recountedAt = now;
    if (!this.#recount.slice()) return;
    this.#count = this.#recount.count;
    this.#recount = undefined;
  }

  /**
   * Why a submit's new calls are not taken, beside `reserved` ones that are taken and not written yet; nothing when there is room
   * for all of them.
   */
  refuse(calls: readonly Placeable[], reserved: number, now: number): Refused | undefined {
    const { limit } = this;
    if (calls.length > limit) {
      const message = `Expected at most ${limit} tasks in one submit (broker_backlog_limit), got ${calls.length}: send them in several.`;
      return { ok: false, code: "too_large", index: calls[limit]?.position ?? 0, message };
    }
    if (this.#room(reserved) < calls.length) this.recount(now);
    const room = this.#room(reserved);
    if (room >= calls.length) return undefined;
    const retryAfterSeconds = this.sure ? this.#pace.secondsFor(calls.length - room, now) : RECOUNT_SECONDS;
    const message =
      `Expected room for ${calls.length} more ${calls.length === 1 ? "task" : "tasks"}, got ${room}: ${this.#count + reserved} are unfinished ` +
      `of at most ${limit} (broker_backlog_limit). Send again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? "second" : "seconds"}.`;
    return { ok: false, code: "backlog_full", index: calls[room]?.position ?? 0, message, retryAfterSeconds };
  }

  #room(reserved: number): number {
    return Math.max(0, this.limit - this.#count - reserved);
  }

  #note(): Note | undefined {
    const text = this.#parts.meta.get("backlog");
    return text === undefined ? undefined : (JSON.parse(text) as Note);
  }
}
