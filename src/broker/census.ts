import type { ShardStats } from "../core/units.ts";
import type { Book } from "./book.ts";

/** What a shard holds at the moment, for `stats`; nothing is read for it. */
export function censusOf(book: Book): Pick<ShardStats, "backlog" | "queues"> {
  const { count, limit } = book.backlog;
  const queues = [...book.queues.values()].map((queue) => {
    let ready = queue.suspects;
    let scheduled = 0;
    for (const lane of queue.lanes()) {
      ready += lane.ready;
      scheduled += lane.timed;
    }
    return { queue: queue.name, ready, leased: queue.held, scheduled, paused: queue.paused };
  });
  return { backlog: { unfinished: count, limit }, queues };
}
