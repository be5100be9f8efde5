import { Fifo } from "../core/fifo.ts";
import { ASLEEP } from "../core/page.ts";
import type { OpenPage } from "./open-page.ts";
import type { PagePlace } from "./store/pages.ts";

/** A slot on its way to a consumer. */
export interface Taken {
  page: OpenPage;
  slot: number;
  attempt: number;
}

/** Adjacent slots that are ready. */
interface Stretch {
  page: OpenPage;
  next: number;
  end: number;
  /** Since when: milliseconds since 1970. */
  since: number;
}

/** How much may still be taken: so many slots, and so much as `weigh` adds up, but one slot at least. */
export interface Room {
  slots: number;
  weight: number;
  weigh(page: OpenPage, slot: number): number;
}

/** What is ready of one priority in one queue, as far as it is in memory, and how far its pages were read from disk. */
export class Band {
  readonly queue: string;
  readonly priority: number;
  /** Ready slots in memory. */
  ready = 0;
  /** Pages up to this place, in the order of (due, id), are in memory, or nothing in them waits. */
  frontier: PagePlace = { due: -1, id: -1 };
  /**
   * When the first page beyond is due that lies on disk only: milliseconds since 1970; infinite when there is none, and below
   * everything while the disk was not looked at.
   */
  wake = Number.NEGATIVE_INFINITY;
  readonly #stretches = new Fifo<Stretch>();

  constructor(queue: string, priority: number) {
    this.queue = queue;
    this.priority = priority;
  }

  /** Whether the disk was not looked at yet. */
  get unread(): boolean {
    return this.wake === Number.NEGATIVE_INFINITY;
  }

  /** How many stretches of adjacent slots are in memory; a page that is wholly ready is one. */
  get stretches(): number {
    return this.#stretches.size;
  }

  /** Since when the first slot is ready that goes next; undefined when none is in memory. */
  get since(): number | undefined {
    return this.#stretches.peek()?.since;
  }

  /** A page lies on disk only, at this place. */
  lies({ due, id }: PagePlace): void {
    if (due === ASLEEP) return;
    this.wake = Math.min(this.wake, due);
    // Only where the clock was set back.
    if (due < this.frontier.due) this.frontier = { due, id: id - 1 };
  }

  push(page: OpenPage, next: number, end: number, since: number): void {
    this.ready += end - next;
    this.#stretches.push({ page, next, end, since });
  }

  /** Moves slots from here to `taken`, the oldest first, as far as there is room: the first stretch, and further ones that were ready by `until`. */
  take(room: Room, taken: Taken[], until: number): void {
    const first = this.#first();
    for (let stretch = first; stretch !== undefined; stretch = this.#first()) {
      const { page } = stretch;
      if (stretch !== first && stretch.since > until) return;
      while (stretch.next < stretch.end) {
        const over = page.isGone(stretch.next);
        if (!over && (room.slots <= 0 || room.weight <= 0)) return;
        const slot = stretch.next++;
        this.ready -= 1;
        if (over) continue;
        room.slots -= 1;
        room.weight -= room.weigh(page, slot);
        taken.push({ page, slot, attempt: page.grant(slot) });
      }
    }
  }

  /** Lets go of slots that have ended while they stood in line, as far as none stands before them. */
  prune(): void {
    this.#first();
  }

  /** The first stretch, from its first slot on that has not ended. */
  #first(): Stretch | undefined {
    for (let stretch = this.#stretches.peek(); stretch !== undefined; stretch = this.#stretches.peek()) {
      for (; stretch.next < stretch.end; stretch.next += 1, this.ready -= 1) if (!stretch.page.isGone(stretch.next)) return stretch;
      this.#stretches.shift();
    }
    return undefined;
  }
}
