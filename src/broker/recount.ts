import type { OpenPage } from "./open-page.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow, PageStore } from "./store/pages.ts";

/** How many pages one slice reads at most. */
const SLICE_PAGES = 2_000;

/** Where pages are found: on disk, and those in memory. */
export interface RecountParts {
  pages: PageStore;
  outcomes: OutcomeStore;
  open: ReadonlyMap<number, OpenPage>;
}

/**
 * Counts the unfinished tasks of a shard anew, a bounded slice at a time, while others are accepted and end: it walks the
 * unfinished pages queue by queue in the order they are due, and is told of every change, which counts if the page lies behind it.
 */
export class Recount {
  /** What was counted so far. */
  count = 0;
  readonly #parts: RecountParts;
  /** The queues that were not begun. A queue that comes later is empty now: all of it is heard of. */
  readonly #ahead: string[];
  #queue: string | undefined;
  #at = { due: -1, id: -1 };

  /** @param queues the queues in which anything is unfinished now */
  constructor(parts: RecountParts, queues: readonly string[]) {
    this.#parts = parts;
    this.#ahead = [...queues];
    this.#queue = this.#ahead.shift();
  }

  /** So many more (or fewer) tasks of a page are unfinished. To be told before a page loses its due instant. */
  note({ id, queue, due }: Pick<PageRow, "id" | "queue" | "due">, change: number): void {
    if (this.#isBehind(queue, due ?? 0, id)) this.count += change;
  }

  /** Counts on; tells whether all is counted. */
  slice(): boolean {
    let pages = 0;
    while (this.#queue !== undefined) {
      for (const row of this.#parts.pages.due(this.#queue, this.#at)) {
        if (pages === SLICE_PAGES) return false;
        pages += 1;
        this.count += this.#remaining(row);
        this.#at = { due: row.due ?? 0, id: row.id };
      }
      this.#queue = this.#ahead.shift();
      this.#at = { due: -1, id: -1 };
    }
    return true;
  }

  #isBehind(queue: string, due: number, id: number): boolean {
    if (queue !== this.#queue) return !this.#ahead.includes(queue);
    return due < this.#at.due || (due === this.#at.due && id <= this.#at.id);
  }

  #remaining({ id, count }: PageRow): number {
    return this.#parts.open.get(id)?.remaining ?? count - this.#parts.outcomes.slots(id).size;
  }
}
