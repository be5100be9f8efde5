import { Heap } from "../core/heap.ts";
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

const HIGHEST_PRIORITY = 9;
/** How many pages of one queue are kept in memory; the rest waits on disk. */
const WINDOW_PAGES = 2_000;

/**
 * What waits in one of Celery's queues, as far as it is in memory: what is ready, by priority and age; what has an
 * instant of its own; what came back from lost leases.
 */
export class Lane {
  readonly queue: string;
  /** Ready slots in memory, suspects apart. */
  ready = 0;
  /** Pages in memory. */
  pages = 0;
  readonly suspects: Suspect[] = [];
  /** How far pages were read from disk. */
  frontier = { due: -1, id: -1 };
  /** When the disk is to be read again: milliseconds since 1970; infinite when nothing lies there. */
  wake = Number.NEGATIVE_INFINITY;
  readonly #stretches: Stretch[][] = Array.from({ length: HIGHEST_PRIORITY + 1 }, () => []);
  readonly #timed = new Heap<{ due: number; page: OpenPage; slot: number }>((item) => item.due);

  constructor(queue: string) {
    this.queue = queue;
  }

  get full(): boolean {
    return this.pages >= WINDOW_PAGES;
  }

  /** When something in memory becomes ready: milliseconds since 1970. */
  get nextDue(): number {
    return this.#timed.peek()?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Adds a page's slots, but for those in `skip` (ended, held, or suspects). */
  add(page: OpenPage, skip?: ReadonlySet<number>): void {
    this.pages += 1;
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

  /**
   * Takes ready slots, highest priority and oldest first: at most `room`, and no more once `weigh` has added up to
   * `budget`, but one at least.
   */
  take(room: number, budget: number, weigh: (page: OpenPage, slot: number) => number): Taken[] {
    const taken: Taken[] = [];
    let weight = 0;
    for (let priority = HIGHEST_PRIORITY; priority >= 0 && taken.length < room && weight < budget; priority--) {
      const stretches = this.#stretches[priority] as Stretch[];
      let done = 0;
      for (const stretch of stretches) {
        while (stretch.next < stretch.end && taken.length < room && weight < budget) {
          const slot = stretch.next++;
          weight += weigh(stretch.page, slot);
          taken.push({ page: stretch.page, slot, attempt: 1 });
        }
        if (stretch.next < stretch.end) break;
        done += 1;
      }
      if (done > 0) stretches.splice(0, done);
    }
    this.ready -= taken.length;
    return taken;
  }

  #push(stretch: Stretch): void {
    this.ready += stretch.end - stretch.next;
    this.#stretches[stretch.page.priority]?.push(stretch);
  }
}
