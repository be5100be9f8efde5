import { Heap } from "../core/heap.ts";
import { Band } from "./band.ts";
import type { Place } from "./limit.ts";
import type { OpenPage } from "./open-page.ts";

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
/** The same of a lane under a limit, of which there may be thousands: it is not taken from faster than its limit lets it. */
const LIMITED_WINDOW = 100;
/** Where waiting counts, so many slots of each priority are read from disk, whatever goes before them: else a low one would never be compared. */
const WINDOW_EACH = 100;
/** A reset object reads so many pages of each priority, whatever waits besides: see `few`. */
const FEW_PAGES = 64;
/** Pages that become due within this time (milliseconds) are kept in memory as they are written. */
export const LOOKAHEAD_MILLISECONDS = 60_000;

/** Who is told of what becomes of a lane. */
export interface LaneOwner {
  /** Celery's queue. */
  readonly name: string;
  /** Seconds of waiting that a step of priority is worth; null: priorities are strict. */
  readonly ageing: number | null;
  /** Something became ready. */
  arrived(now: number): void;
  /** Slots of this priority are ready, and may start but for the rate. */
  offered(lane: Lane, priority: number): void;
  /** When it is to be looked at next may have changed. */
  changed(lane: Lane): void;
}

/** What waits in one of Celery's queues under no limit, or under one limit and key, as far as it is in memory: by priority and age. */
export class Lane {
  /** As its pages are written down (core/lane-name.ts). */
  readonly name: string;
  /** The key it has a share in; undefined: there is no limit. */
  readonly place: Place | undefined;
  /** Its pages in memory. */
  pages = 0;
  /** By priority, the highest first. */
  readonly bands: readonly Band[];
  readonly #owner: LaneOwner;
  readonly #timed = new Heap<Timed>((a, b) => a.due - b.due || a.page.id - b.page.id || a.slot - b.slot);
  /** How many in `#timed` are of pages that were laid down. */
  #left = 0;

  constructor(name: string, owner: LaneOwner, place?: Place) {
    this.name = name;
    this.place = place;
    this.#owner = owner;
    this.bands = Array.from({ length: HIGHEST_PRIORITY + 1 }, (_, index) => new Band(name, HIGHEST_PRIORITY - index));
    place?.lanes.add(this);
  }

  /** Celery's queue. */
  get queue(): string {
    return this.#owner.name;
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

  /** Since when that is ready which has waited longest: milliseconds since 1970; infinite when nothing is. */
  get since(): number {
    let since = Number.POSITIVE_INFINITY;
    for (const band of this.bands) since = Math.min(since, band.since ?? since);
    return since;
  }

  /** How many slots in memory wait for an instant of their own. */
  get timed(): number {
    return this.#timed.size - this.#left;
  }

  /** So many slots in memory have an instant of their own that pages are better left on disk until they are due. */
  get crowded(): boolean {
    return this.timed >= WINDOW_TIMED;
  }

  /** When something in memory becomes ready: milliseconds since 1970. */
  get nextDue(): number {
    return this.#timed.peek()?.due ?? Number.POSITIVE_INFINITY;
  }

  /** When the disk is to be read again: milliseconds since 1970; infinite when nothing lies there that is wanted before more has been taken. */
  get wake(): number {
    let wake = Number.POSITIVE_INFINITY;
    for (const band of this.bands) if (band.wake < wake && this.isShort(band)) wake = band.wake;
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
  wanted({ priority, ready }: Band): number {
    return Math.max(0, this.#windowReady - this.readyFrom(priority), this.#windowEach - ready);
  }

  /** Whether the disk is to be read for more: when half of what should be in memory is gone, since many pages at once cost less than a few each time. */
  isShort({ priority, ready }: Band): boolean {
    return this.readyFrom(priority) * 2 <= this.#windowReady || ready * 2 < this.#windowEach;
  }

  /**
   * Whether so many pages are read back from disk at a reset in any case. With no more in memory, a lease may be written down in the
   * page that it holds: it is found there again, however much comes to wait behind it. Of lanes under limits there may be too many.
   */
  few(pages: number): boolean {
    return this.place === undefined && pages < FEW_PAGES;
  }

  /**
   * Whether a page is kept in memory as it is written, due at `due`: it must not overtake what is ready and lies on disk, and
   * there must be room.
   */
  keeps({ wake, stretches }: Band, due: number, now: number): boolean {
    if (wake <= now) return false;
    const most = this.place === undefined ? WINDOW_STRETCHES : LIMITED_WINDOW;
    return due <= now ? stretches < most : due <= now + LOOKAHEAD_MILLISECONDS && !this.crowded;
  }

  /** Adds a page's slots, but for those in `skip` (ended, held, or suspects). */
  add(page: OpenPage, now: number, skip?: ReadonlySet<number>): void {
    const band = this.band(page.priority);
    if (skip === undefined && page.row.head.due === undefined && !page.tried) {
      this.#push(band, page, 0, page.row.count, page.row.due ?? now, now);
      return;
    }
    let start = 0;
    for (let slot = 0; slot <= page.row.count; slot++) {
      const last = slot === page.row.count;
      const due = last ? 0 : (page.due(slot) ?? 0);
      const skipped = !last && (skip?.has(slot) ?? false);
      if (!last && !skipped && due <= now) continue;
      if (slot > start) this.#push(band, page, start, slot, page.row.due ?? now, now);
      start = slot + 1;
      if (!skipped && due > now) this.#timed.push({ due, page, slot });
    }
  }

  /** Makes ready whose instant has come. */
  promote(now: number): void {
    for (let next = this.#timed.peek(); next !== undefined && next.due <= now; next = this.#timed.peek()) {
      this.#timed.pop();
      if (next.page.laidDown) this.#left -= 1;
      else if (!next.page.isGone(next.slot))
        this.#push(this.band(next.page.priorityOf(next.slot)), next.page, next.slot, next.slot + 1, next.due, now);
    }
  }

  /** One more slot that waits for its instant is of a page that was laid down. They are dropped when they are half of all: each is looked at once. */
  leave(): void {
    this.#left += 1;
    if (this.#left * 2 < this.#timed.size) return;
    this.#timed.keepOnly(({ page }) => !page.laidDown);
    this.#left = 0;
  }

  /** Adds a slot that is to be run again: it is ready, or waits for its instant. */
  addAgain(page: OpenPage, slot: number, now: number): void {
    const due = page.due(slot) ?? 0;
    if (due > now) this.#timed.push({ due, page, slot });
    else this.#push(this.band(page.priorityOf(slot)), page, slot, slot + 1, Math.max(due, page.row.created), now);
  }

  /** Nothing in it is unfinished: it may be forgotten. */
  get empty(): boolean {
    // A retry may have moved slots here whose pages are another lane's.
    return this.pages === 0 && this.#timed.size === 0 && this.ready === 0 && this.whole;
  }

  /** Nothing in it is on disk. */
  begin(): void {
    for (const band of this.bands) band.wake = Number.POSITIVE_INFINITY;
  }

  /** When it is to be looked at next: milliseconds since 1970. */
  nextAt(now: number): number {
    const { wake } = this;
    return Math.min(this.nextDue, wake > now ? wake : Number.POSITIVE_INFINITY);
  }

  /** What is ready may start, but for the rate. */
  offer(): void {
    for (const { ready, priority } of this.bands) if (ready > 0) this.#owner.offered(this, priority);
  }

  /** When it is to be looked at next may have changed. */
  touch(): void {
    this.#owner.changed(this);
  }

  /** Lets go of what has ended and stands before all that is ready: nobody is to be rung for it. */
  prune(): void {
    for (const band of this.bands) band.prune();
  }

  get #windowReady(): number {
    return this.place === undefined ? WINDOW_READY : LIMITED_WINDOW;
  }

  get #windowEach(): number {
    return this.#owner.ageing === null ? 0 : WINDOW_EACH;
  }

  #push(band: Band, page: OpenPage, start: number, end: number, since: number, now: number): void {
    band.push(page, start, end, since);
    this.#owner.arrived(now);
    this.#owner.offered(this, band.priority);
  }
}
