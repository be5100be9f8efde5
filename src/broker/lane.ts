import { Heap } from "../core/heap.ts";
import { Arrivals } from "./arrivals.ts";
import { Band, type Taken } from "./band.ts";
import { slotKey } from "./lease.ts";
import type { OpenPage } from "./open-page.ts";
import { RunTimes } from "./run-times.ts";

/** A slot that came back from a lost lease: it is granted alone, so that it can lose only itself. */
export interface Suspect {
  page: OpenPage;
  slot: number;
  /** How many attempts were granted. */
  attempts: number;
  /** How many of them were lost while granted alone. */
  lostAlone: number;
}

/** A slot with an instant of its own. */
interface Timed {
  due: number;
  page: OpenPage;
  slot: number;
}

const HIGHEST_PRIORITY = 9;
/** How many stretches of one priority are kept in memory as they are written; the rest waits on disk. */
const WINDOW_STRETCHES = 2_000;
/** Pages are read from disk until so many slots are ready that go before the next one: what 20 consumers take that have room for 100 each. */
const WINDOW_READY = 2_000;
/** With so many slots in memory that have an instant of their own, no page is kept before it is due. */
const WINDOW_TIMED = 50_000;
/** A reset object reads so many pages of each priority, whatever waits besides: see `few`. */
const FEW_PAGES = 64;
/** Pages that become due within this time (milliseconds) are kept in memory as they are written. */
export const LOOKAHEAD_MILLISECONDS = 60_000;

/**
 * What waits in one of Celery's queues, as far as it is in memory: what is ready, by priority and age; what has an
 * instant of its own; what came back from lost leases.
 */
export class Lane {
  readonly queue: string;
  /** Slots of the queue that leases hold. */
  held = 0;
  readonly arrivals = new Arrivals();
  readonly runTimes = new RunTimes();
  /** By priority, the highest first. */
  readonly bands: readonly Band[];
  readonly #timed = new Heap<Timed>((a, b) => a.due - b.due || a.page.id - b.page.id || a.slot - b.slot);
  readonly #suspects = new Map<number, Suspect>();
  /** Those that were lost alone before. */
  readonly #graveSuspects = new Map<number, Suspect>();
  #mostSuspects = 0;

  constructor(queue: string) {
    this.queue = queue;
    this.bands = Array.from({ length: HIGHEST_PRIORITY + 1 }, (_, index) => new Band(queue, HIGHEST_PRIORITY - index));
  }

  /** Ready slots in memory, suspects apart. */
  get ready(): number {
    return this.readyFrom(0);
  }

  /** Ready slots in memory of this priority and of higher ones, suspects apart. */
  readyFrom(priority: number): number {
    let ready = 0;
    for (const band of this.bands) if (band.priority >= priority) ready += band.ready;
    return ready;
  }

  /** Whether there is something to grant. */
  get busy(): boolean {
    return this.ready + this.suspects > 0;
  }

  /** How many slots wait to be granted alone. */
  get suspects(): number {
    return this.#suspects.size + this.#graveSuspects.size;
  }

  /** The most there were since there were none. */
  get mostSuspects(): number {
    return this.#mostSuspects;
  }

  /** How many slots in memory wait for an instant of their own. */
  get timed(): number {
    return this.#timed.size;
  }

  /** So many slots in memory have an instant of their own that pages are better left on disk until they are due. */
  get crowded(): boolean {
    return this.#timed.size >= WINDOW_TIMED;
  }

  /** When something in memory becomes ready: milliseconds since 1970. */
  get nextDue(): number {
    return this.#timed.peek()?.due ?? Number.POSITIVE_INFINITY;
  }

  /** When the disk is to be read again: milliseconds since 1970; infinite when nothing lies there that is wanted before more has been taken. */
  get wake(): number {
    let wake = Number.POSITIVE_INFINITY;
    for (const band of this.bands) if (band.wake < wake && this.wanted(band) > 0) wake = band.wake;
    return wake;
  }

  /** Whether all that waits in the queue is in memory. */
  get whole(): boolean {
    return this.bands.every(({ wake }) => wake === Number.POSITIVE_INFINITY);
  }

  /** @throws RangeError when the priority is not one of 0 to 9 */
  band(priority: number): Band {
    const band = this.bands[HIGHEST_PRIORITY - priority];
    if (band === undefined) throw new RangeError(`a page's priority: expected 0 to ${HIGHEST_PRIORITY}, got ${priority}`);
    return band;
  }

  /** How many more slots should be read from disk that are ready: what is in memory and goes before them is less than consumers may ask for. */
  wanted({ priority }: Band): number {
    return Math.max(0, WINDOW_READY - this.readyFrom(priority));
  }

  /**
   * Whether so many pages are read back from disk at a reset in any case. With no more in memory, a lease may be written down in the
   * page that it holds: it is found there again, however much comes to wait behind it.
   */
  few(pages: number): boolean {
    return pages < FEW_PAGES;
  }

  /**
   * Whether a page is kept in memory as it is written, due at `due`: it must not overtake what is ready and lies on disk, and
   * there must be room.
   */
  keeps({ wake, stretches }: Band, due: number, now: number): boolean {
    if (wake <= now) return false;
    return due <= now ? stretches < WINDOW_STRETCHES : due <= now + LOOKAHEAD_MILLISECONDS && !this.crowded;
  }

  /** Adds a page's slots, but for those in `skip` (ended, held, or suspects). */
  add(page: OpenPage, now: number, skip?: ReadonlySet<number>): void {
    const band = this.band(page.priority);
    let start = 0;
    for (let slot = 0; slot <= page.row.count; slot++) {
      const last = slot === page.row.count;
      const due = last ? 0 : (page.due(slot) ?? 0);
      const skipped = !last && (skip?.has(slot) ?? false);
      if (!last && !skipped && due <= now) continue;
      if (slot > start) {
        band.push(page, start, slot);
        this.arrivals.note(now);
      }
      start = slot + 1;
      if (!skipped && due > now) this.#timed.push({ due, page, slot });
    }
  }

  /** Makes ready whose instant has come. */
  promote(now: number): void {
    for (let next = this.#timed.peek(); next !== undefined && next.due <= now; next = this.#timed.peek()) {
      this.#timed.pop();
      if (!next.page.isGone(next.slot)) this.#makeReady(next.page, next.slot, now);
    }
  }

  /** Adds a slot that is to be run again: it is ready, or waits for its instant. */
  place(page: OpenPage, slot: number, now: number): void {
    const due = page.due(slot) ?? 0;
    if (due > now) this.#timed.push({ due, page, slot });
    else this.#makeReady(page, slot, now);
  }

  #makeReady(page: OpenPage, slot: number, now: number): void {
    this.arrivals.note(now);
    this.band(page.priorityOf(slot)).push(page, slot, slot + 1);
  }

  suspect(suspect: Suspect): void {
    const suspects = suspect.lostAlone > 0 ? this.#graveSuspects : this.#suspects;
    suspects.set(slotKey(suspect.page.id, suspect.slot), suspect);
    this.#mostSuspects = Math.max(this.#mostSuspects, this.suspects);
  }

  /** The suspect that has waited longest; those that were lost alone before come last. */
  peekSuspect(): Suspect | undefined {
    const { value } = this.#suspects.values().next();
    return value ?? this.#graveSuspects.values().next().value;
  }

  takeSuspect(): Suspect | undefined {
    const suspect = this.peekSuspect();
    if (suspect !== undefined) this.#clear(slotKey(suspect.page.id, suspect.slot));
    return suspect;
  }

  /** Lets a suspect go if so many attempts were granted, and tells whether it did. */
  absolve(page: number, slot: number, attempts: number): boolean {
    const key = slotKey(page, slot);
    const suspect = this.#suspects.get(key) ?? this.#graveSuspects.get(key);
    return suspect?.attempts === attempts && this.#clear(key);
  }

  /**
   * Takes ready slots, highest priority and oldest first: at most `room`, and no more once `weigh` has added up to
   * `budget`, but one at least; fewer when what goes before the next one must be read from disk first.
   */
  take(room: number, budget: number, weigh: (page: OpenPage, slot: number) => number, now: number): Taken[] {
    const taken: Taken[] = [];
    const left = { slots: room, weight: budget, weigh };
    for (const band of this.bands) {
      band.take(left, taken);
      if (band.wake <= now) break;
    }
    return taken;
  }

  #clear(suspect: number): boolean {
    const cleared = this.#suspects.delete(suspect) || this.#graveSuspects.delete(suspect);
    if (this.suspects === 0) this.#mostSuspects = 0;
    return cleared;
  }
}
