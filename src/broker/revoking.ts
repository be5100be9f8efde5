import type { Line } from "../core/call.ts";
import { queueOf } from "../core/lane-name.ts";
import { matchesFilter, type RevokedBecause, revoke, revokedOutcome, type TaskFilter } from "../core/revocation.ts";
import type { State } from "../core/state.ts";
import type { Revocation } from "./api.ts";
import type { Book } from "./book.ts";
import type { Dispatch } from "./dispatch.ts";
import { addEnding, type Endings } from "./endings.ts";
import type { Lane } from "./lane.ts";
import { slotKey } from "./lease.ts";
import { OpenPage } from "./open-page.ts";
import type { Named } from "./store/names.ts";
import type { PageRow } from "./store/pages.ts";

/** What a revoking works on. */
export interface RevokingParts {
  book: Book;
  dispatch: Dispatch;
  /** `result_expires` in milliseconds. */
  ttl: number;
  /** What runs shows STARTED (`task_track_started`). */
  trackStarted: boolean;
}

/** How tasks are revoked. */
export interface RevokeMode {
  /** End those too that run. */
  terminate?: boolean;
  /** Leave those alone that run. */
  purge?: boolean;
  /** Only count what would be revoked. */
  dryRun?: boolean;
}

/** One revoking of several tasks, inside a transaction: those of a page end together. Nothing is stored before `end`. */
export class Revoking {
  readonly #parts: RevokingParts;
  readonly #mode: RevokeMode;
  readonly #now: number;
  readonly #endings: Endings = new Map();
  /** Pages that lie on disk only, and stay there. */
  readonly #opened = new Map<number, OpenPage>();
  readonly #lanes = new Set<Lane>();
  readonly #done = new Set<number>();

  constructor(parts: RevokingParts, mode: RevokeMode, now: number) {
    this.#parts = parts;
    this.#mode = mode;
    this.#now = now;
  }

  /** Revokes the task at a place. */
  one({ page: id, slot }: Named): Revocation {
    const { book } = this.#parts;
    const row = book.open.get(id)?.row ?? this.#opened.get(id)?.row ?? book.pages.get(id);
    if (row === undefined) return "expired";
    if (slot >= row.count) return "unknown";
    const page = this.#page(row);
    return page === undefined || page.isGone(slot) ? this.#ended(row, slot) : this.#revoke(page, slot);
  }

  /** Revokes the tasks of a page that a filter means; tells how many of them. */
  matching(id: number, filter: TaskFilter): number {
    const { book } = this.#parts;
    const row = book.open.get(id)?.row ?? book.pages.get(id);
    if (row === undefined || !matchesTimes(filter, row)) return 0;
    const page = this.#page(row);
    if (page === undefined) return 0;
    const opens = filter.name !== undefined || filter.stamps !== undefined;
    // Lines of pages that are on disk only would drive others out of memory.
    const lines = opens ? (book.open.has(id) ? book.lines.of(id) : book.pages.lines(id)) : [];
    let revoked = 0;
    for (let slot = 0; slot < row.count; slot++) {
      if (page.isGone(slot)) continue;
      const { task: name = "", stamps } = (opens ? JSON.parse(lines[slot] ?? "{}") : {}) as Partial<Line>;
      const state = filter.status === undefined ? "PENDING" : this.#state(page, slot);
      const meant = matchesFilter(filter, { state, name, queue: queueOf(page.laneOf(slot)), receivedAt: row.created, stamps });
      if (meant && this.#counts(page, slot)) revoked += 1;
    }
    return revoked;
  }

  /** Stores how the tasks ended. */
  end(): void {
    this.#parts.dispatch.end(this.#endings, this.#now);
    for (const lane of this.#lanes) {
      lane.prune();
      lane.touch();
    }
  }

  #counts(page: OpenPage, slot: number): boolean {
    const { purge = false, dryRun = false } = this.#mode;
    if (purge && this.#parts.book.holder(page.id, slot) !== undefined) return false;
    if (dryRun) return true;
    const flagged = page.note(slot)?.flagged === true;
    const revocation = this.#revoke(page, slot);
    return revocation !== "ended" && !(revocation === "flagged" && flagged);
  }

  #revoke(page: OpenPage, slot: number): Revocation {
    const { book } = this.#parts;
    const key = slotKey(page.id, slot);
    if (this.#done.has(key)) return "ended";
    const { terminate = false, purge = false } = this.#mode;
    const lease = book.holder(page.id, slot);
    const attempt = lease?.attempt(page.id, slot) ?? 0;
    const flagged = page.note(slot)?.flagged === true;
    const effect = revoke({ state: "PENDING", leased: lease !== undefined, flagged }, { terminate });
    if (!("because" in effect)) {
      if (effect.do === "flag") book.notes.flag(page, slot, attempt);
      return "flagged";
    }
    let by: { worker: string; startedAt: number } | undefined;
    if (lease !== undefined) {
      by = { worker: lease.consumer, startedAt: lease.grantedAt };
      lease.abort(page.id, slot, attempt);
    }
    if (book.open.has(page.id)) {
      const lane = book.queues.lane(page.laneOf(slot), this.#now);
      book.queues.queue(lane.queue).forget(page.id, slot);
      this.#lanes.add(lane);
    }
    this.#done.add(key);
    const because: RevokedBecause = purge ? "purged" : effect.because;
    addEnding(this.#endings, page, { slot, ...revokedOutcome(because, this.#now, by) });
    return lease === undefined ? "revoked" : "terminated";
  }

  /** What a task shows that has not ended; one with a state of its own is as good as STARTED. */
  #state(page: OpenPage, slot: number): State {
    const { book, trackStarted } = this.#parts;
    const shown = page.note(slot) === undefined ? undefined : book.notes.shown(page.id, slot)?.state;
    if (shown !== undefined) return shown === "RETRY" ? "RETRY" : "STARTED";
    return trackStarted && book.holder(page.id, slot) !== undefined ? "STARTED" : "PENDING";
  }

  /** The page with what has ended of it; nothing when all has. */
  #page(row: PageRow): OpenPage | undefined {
    const { book } = this.#parts;
    if (row.due === null) return undefined;
    // A lease that is written down in it is known only once it is opened.
    if (row.lease !== null) book.reopen([row.id], this.#now);
    const open = book.open.get(row.id) ?? this.#opened.get(row.id);
    if (open !== undefined) return open;
    const page = new OpenPage(row, book.outcomes.slots(row.id));
    book.notes.read(page);
    this.#opened.set(row.id, page);
    return page;
  }

  #ended(row: PageRow, slot: number): Revocation {
    const outcome = this.#parts.book.results.find(row, slot);
    return outcome !== undefined && outcome.doneAt + this.#parts.ttl <= this.#now ? "expired" : "ended";
  }
}

function matchesTimes({ since = 0, until = Number.POSITIVE_INFINITY }: TaskFilter, { created }: PageRow): boolean {
  return created >= since && created < until;
}
