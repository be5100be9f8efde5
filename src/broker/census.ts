import type { ShardStats } from "../core/units.ts";
import type { Book } from "./book.ts";

/** What a shard holds at the moment, for `stats`; nothing is read for it. */
export function censusOf(book: Book, now: number): Pick<ShardStats, "backlog" | "queues"> {
  const { count, limit } = book.backlog;
  const queues = [...book.queues.values()].map((queue) => {
    let ready = queue.suspects;
    let scheduled = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const lane of queue.lanes()) {
      ready += lane.ready;
      scheduled += lane.timed;
      oldest = Math.min(oldest, lane.since);
    }
    const oldestSeconds = oldest === Number.POSITIVE_INFINITY ? null : Math.max(0, now - oldest) / 1000;
    return { queue: queue.name, ready, leased: queue.held, scheduled, paused: queue.paused, oldestSeconds };
  });
  return { backlog: { unfinished: count, limit }, queues };
}
