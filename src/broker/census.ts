import { ASLEEP } from "../core/page.ts";
import type { ShardStats } from "../core/units.ts";
import type { Book } from "./book.ts";
import type { Queue } from "./queue.ts";
import type { UnfinishedPage } from "./store/pages.ts";

/** How many pages that lie on disk only one census reads at most, of all queues together. Beyond them a count says "so many at least". */
const MOST_PAGES = 1_000;

/** What a shard holds at the moment, for `stats`: all that is in memory, and of what lies on disk only a bounded number of pages. */
export function censusOf(book: Book, now: number): Pick<ShardStats, "backlog" | "queues"> {
  const { count, limit } = book.backlog;
  let left = MOST_PAGES;
  const queues = [...book.queues.values()].map((queue) => {
    let ready = queue.suspects;
    let scheduled = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const lane of queue.lanes()) {
      ready += lane.ready;
      scheduled += lane.timed;
      oldest = Math.min(oldest, lane.since);
    }
    for (const { page, due } of pagesOnDisk(book, queue, left)) {
      left -= 1;
      if (due > now) scheduled += remaining(book, page);
      else {
        ready += remaining(book, page);
        oldest = Math.min(oldest, due);
      }
    }
    const oldestSeconds = oldest === Number.POSITIVE_INFINITY ? null : Math.max(0, now - oldest) / 1000;
    return { queue: queue.name, ready, leased: queue.held, scheduled, paused: queue.paused, oldestSeconds };
  });
  return { backlog: { unfinished: count, limit }, queues };
}

/** The pages of a queue that are not in memory, so many at most, those of each priority as they are due. */
function* pagesOnDisk({ pages, open }: Book, queue: Queue, most: number): Generator<{ page: UnfinishedPage; due: number }> {
  let left = most;
  for (const lane of queue.lanes()) {
    for (const { priority, wake, frontier } of lane.bands) {
      if (left <= 0) return;
      if (wake === Number.POSITIVE_INFINITY) continue;
      for (const page of pages.unfinished({ queue: lane.name, priority, frontier }, left)) {
        left -= 1;
        if (page.due !== ASLEEP && !open.has(page.id)) yield { page, due: page.due };
      }
    }
  }
}

function remaining({ outcomes }: Book, { id, count, begun }: UnfinishedPage): number {
  return count - (begun ? outcomes.slots(id).size : 0);
}
