import { Bells } from "./bells.ts";
import type { Book } from "./book.ts";
import type { ShardParts } from "./shard-parts.ts";

/** The bells of one shard. @param sent is told how many are put on the transport */
export function bellsOf(
  { shard, config, send }: Pick<ShardParts, "shard" | "config" | "send">,
  book: Book,
  share: { readonly maxConcurrency: number },
  sent: (count: number) => void,
): Bells {
  return new Bells({
    shard,
    workerConcurrency: config.workerConcurrency,
    leaseMilliseconds: config.workerLostWait * 1000,
    get maxConcurrency() {
      return share.maxConcurrency;
    },
    leases: () => book.leases.values(),
    // A bell that could not be sent is rung again once its time is over, like any that is not answered.
    send: (bells) => {
      sent(bells.length);
      send(bells).catch(() => {});
    },
  });
}
