import type { OpenPage } from "./open-page.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow, PageStore, UnfinishedPage } from "./store/pages.ts";

/** How many pages one slice reads at most. */
const SLICE_PAGES = 2_000;

const PRIORITIES = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

/** The unfinished pages of one priority of a queue, in the order they are due. */
interface Walk {
  queue: string;
  priority: number;
}

/** Where pages are found: on disk, and those in memory. */
export interface RecountParts {
  pages: PageStore;
  outcomes: OutcomeStore;
  open: ReadonlyMap<number, OpenPage>;
}

/**
 * Counts the unfinished tasks of a shard anew, a bounded slice at a time, while others are accepted and end: it walks the
 * unfinished pages, by queue and priority, in the order they are due, and is told of every change, which counts if the page lies behind it.
 */
export class Recount {
  /** What was counted so far. */
  count = 0;
  readonly #parts: RecountParts;
  /** By number. A lane that comes later is empty now: all of it is heard of. */
  readonly #walks: Walk[];
  /** The number of each lane's first walk. */
  readonly #first: ReadonlyMap<string, number>;
  /** The walk that is on. */
  #number = 0;
  #at = { due: -1, id: -1 };

  /** @param queues the lanes in which anything is unfinished now */
  constructor(parts: RecountParts, queues: readonly string[]) {
    this.#parts = parts;
    this.#walks = queues.flatMap((queue) => PRIORITIES.map((priority) => ({ queue, priority })));
    this.#first = new Map(queues.map((queue, index) => [queue, index * PRIORITIES.length]));
  }

  /** So many more (or fewer) tasks of a page are unfinished. To be told before a page loses its due instant. */
  note({ id, queue, due, head }: Pick<PageRow, "id" | "queue" | "due" | "head">, change: number): void {
    if (this.#isBehind({ queue, priority: head.p ?? 0 }, due ?? 0, id)) this.count += change;
  }

  /** Counts on, so many pages at most; tells whether all is counted. */
  slice(most = SLICE_PAGES): boolean {
    let left = most;
    for (let walk = this.#walks[this.#number]; walk !== undefined; walk = this.#walks[this.#number]) {
      const pages = this.#parts.pages.unfinished({ ...walk, frontier: this.#at }, left);
      for (const page of pages) {
        this.count += this.#remaining(page);
        this.#at = { due: page.due, id: page.id };
      }
      left -= pages.length;
      if (left === 0) return false;
      this.#number += 1;
      this.#at = { due: -1, id: -1 };
    }
    return true;
  }

  #isBehind({ queue, priority }: Walk, due: number, id: number): boolean {
    const first = this.#first.get(queue);
    const number = first === undefined ? -1 : first + PRIORITIES.indexOf(priority);
    if (number !== this.#number) return number < this.#number;
    return due < this.#at.due || (due === this.#at.due && id <= this.#at.id);
  }

  #remaining({ id, count, begun }: UnfinishedPage): number {
    return this.#parts.open.get(id)?.remaining ?? count - (begun ? this.#parts.outcomes.slots(id).size : 0);
  }
}
