import { queueOf } from "../core/lane-name.ts";
import type { PageStore } from "./store/pages.ts";

/** A place in the order of (lane, priority, due, id), in which pages wait on disk; and when the walk began. */
export interface WalkPlace {
  lane: string;
  priority: number;
  due: number;
  id: number;
  /** Milliseconds since 1970. */
  began: number;
}

/** What one slice of a walk came by, and where the next one goes on; null: there is nothing more. */
export interface WalkSlice {
  pages: number[];
  next: WalkPlace | null;
}

/** How much one slice looks at: so many pages, and no more once they have so many tasks. */
const SLICE_PAGES = 64;
const SLICE_TASKS = 20_000;

/**
 * Walks the pages in which something waits or runs, a bounded slice at a time, while others come and go: a page that is there from
 * beginning to end is passed once. It costs nothing for what has ended, however much that is.
 * @param queue only the pages of this queue
 */
export function walkWaiting(pages: PageStore, from: WalkPlace | null, now: number, queue?: string): WalkSlice {
  const place: WalkPlace = from === null ? { lane: queue ?? "", priority: -1, due: -1, id: -1, began: now } : { ...from };
  const passed: number[] = [];
  for (let tasks = 0; passed.length < SLICE_PAGES && tasks < SLICE_TASKS; ) {
    const [page] = place.priority < 0 ? [] : pages.unfinished({ queue: place.lane, priority: place.priority, frontier: place }, 1);
    if (page !== undefined) {
      passed.push(page.id);
      tasks += page.count;
      Object.assign(place, { due: page.due, id: page.id });
      continue;
    }
    const band = pages.bandAfter(place.lane, place.priority);
    if (band === undefined || (queue !== undefined && queueOf(band.queue) !== queue)) return { pages: passed, next: null };
    Object.assign(place, { lane: band.queue, priority: band.priority, due: -1, id: -1 });
  }
  return { pages: passed, next: place };
}
