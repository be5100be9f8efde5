import { Fifo } from "../core/fifo.ts";
import { Heap } from "../core/heap.ts";
import { slotKey } from "./lease.ts";
import type { OpenPage } from "./open-page.ts";

/** A slot on its way to a consumer. */
export interface Taken {
  page: OpenPage;
  slot: number;
  attempt: number;
}

/** A slot that came back from a lost lease: it is granted alone, so that it can lose only itself. */
export interface Suspect {
  page: OpenPage;
  slot: number;
  /** How many attempts were granted. */
  attempts: number;
  /** How many of them were lost while granted alone. */
  lostAlone: number;
}

/** Adjacent slots that are ready. */
interface Stretch {
  page: OpenPage;
  next: number;
  end: number;
}

/** A slot with an instant of its own. */
interface Timed {
  due: number;
  page: OpenPage;
  slot: number;
}

const HIGHEST_PRIORITY = 9;
const PRIORITIES = Array.from({ length: HIGHEST_PRIORITY + 1 }, (_, priority) => priority);
/** How many stretches of one priority are kept in memory (a page that is wholly ready is one); the rest waits on disk. */
const WINDOW_STRETCHES = 2_000;
/** With so many slots in memory that have an instant of their own, no page is read before it is due. */
const WINDOW_TIMED = 50_000;

/**
 * What waits in one of Celery's queues, as far as it is in memory: what is ready, by priority and age; what has an
 * instant of its own; what came back from lost leases.
 */
export class Lane {
  readonly queue: string;
  /** Ready slots in memory, suspects apart. */
  ready = 0;
  /** Slots of the queue that leases hold. */
  held = 0;
  /** How far pages were read from disk. */
  frontier = { due: -1, id: -1 };
  /** When the disk is to be read again: milliseconds since 1970; infinite when nothing lies there. */
  wake = Number.NEGATIVE_INFINITY;
  /** The priorities of which there may be pages on disk that are ready and not in memory. */
  readonly spilled = new Set<number>(PRIORITIES);
  readonly #stretches: Fifo<Stretch>[] = PRIORITIES.map(() => new Fifo());
  readonly #timed = new Heap<Timed>((a, b) => a.due - b.due || a.page.id - b.page.id || a.slot - b.slot);
  readonly #suspects = new Map<number, Suspect>();

  constructor(queue: string) {
    this.queue = queue;
  }

  /** Whether there is something to grant. */
  get busy(): boolean {
    return this.ready + this.#suspects.size > 0;
  }

  /** How many slots wait to be granted alone. */
  get suspects(): number {
    return this.#suspects.size;
  }

  /** How many slots in memory wait for an instant of their own. */
  get timed(): number {
    return this.#timed.size;
  }

  /** Some priority has as much in memory as it may. */
  get full(): boolean {
    return this.#stretches.some((stretches) => stretches.size >= WINDOW_STRETCHES);
  }

  /** So many slots in memory have an instant of their own that pages are better left on disk until they are due. */
  get crowded(): boolean {
    return this.#timed.size >= WINDOW_TIMED;
  }

  /** Whether a page that is ready may be kept in memory: it must not overtake what lies on disk. */
  hasRoom(priority: number): boolean {
    return !this.spilled.has(priority) && (this.#stretches[priority]?.size ?? 0) < WINDOW_STRETCHES;
  }

  /** When something in memory becomes ready: milliseconds since 1970. */
  get nextDue(): number {
    return this.#timed.peek()?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Adds a page's slots, but for those in `skip` (ended, held, or suspects). */
  add(page: OpenPage, skip?: ReadonlySet<number>): void {
    let start = 0;
    for (let slot = 0; slot <= page.row.count; slot++) {
      const due = slot < page.row.count ? page.due(slot) : undefined;
      const skipped = skip?.has(slot) ?? false;
      if (slot < page.row.count && due === undefined && !skipped) continue;
      if (slot > start) this.#push({ page, next: start, end: slot });
      start = slot + 1;
      if (due !== undefined && !skipped) this.#timed.push({ due, page, slot });
    }
  }

  /** Makes ready whose instant has come. */
  promote(now: number): void {
    for (let next = this.#timed.peek(); next !== undefined && next.due <= now; next = this.#timed.peek()) {
      this.#timed.pop();
      this.#push({ page: next.page, next: next.slot, end: next.slot + 1 });
    }
  }

  suspect(suspect: Suspect): void {
    this.#suspects.set(slotKey(suspect.page.id, suspect.slot), suspect);
  }

  /** Takes the suspect that has waited longest. */
  takeSuspect(): Suspect | undefined {
    for (const [key, suspect] of this.#suspects) {
      this.#suspects.delete(key);
      return suspect;
    }
    return undefined;
  }

  /** Lets a suspect go if so many attempts were granted, and tells whether it did. */
  absolve(page: number, slot: number, attempts: number): boolean {
    const key = slotKey(page, slot);
    return this.#suspects.get(key)?.attempts === attempts && this.#suspects.delete(key);
  }

  /**
   * Takes ready slots, highest priority and oldest first: at most `room`, and no more once `weigh` has added up to
   * `budget`, but one at least.
   */
  take(room: number, budget: number, weigh: (page: OpenPage, slot: number) => number): Taken[] {
    const taken: Taken[] = [];
    let weight = 0;
    for (let priority = HIGHEST_PRIORITY; priority >= 0; priority--) {
      const stretches = this.#stretches[priority];
      for (let stretch = stretches?.peek(); stretch !== undefined; stretch = stretches?.peek()) {
        while (stretch.next < stretch.end && taken.length < room && weight < budget) {
          const slot = stretch.next++;
          weight += weigh(stretch.page, slot);
          taken.push({ page: stretch.page, slot, attempt: 1 });
        }
        if (stretch.next === stretch.end) stretches?.shift();
        if (taken.length >= room || weight >= budget) {
          this.ready -= taken.length;
          return taken;
        }
      }
    }
    this.ready -= taken.length;
    return taken;
  }

  #push(stretch: Stretch): void {
    this.ready += stretch.end - stretch.next;
    this.#stretches[stretch.page.priority]?.push(stretch);
  }
}
