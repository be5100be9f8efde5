import type { ShardStats } from "../core/units.ts";
import type { Book } from "./book.ts";

/** What a shard holds at the moment, for `stats`; nothing is read for it. */
export function censusOf(book: Book): Pick<ShardStats, "backlog" | "queues"> {
  const { count, limit } = book.backlog;
  const queues = [...book.lanes.values()].map(({ queue, ready, suspects, held, timed }) => {
    return { queue, ready: ready + suspects, leased: held, scheduled: timed };
  });
  return { backlog: { unfinished: count, limit }, queues };
}
