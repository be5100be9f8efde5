import type { Config } from "../core/config.ts";
import { shareOf } from "../core/homes.ts";
import type { Homes } from "./homes.ts";

/** The configuration of one shard: consumers at once are shared out between the shards, of which there may come to be more. */
export function shareOfConsumers(config: Config, shard: number, homes: Homes): Config {
  return {
    ...config,
    get maxConcurrency() {
      return shareOf(config.maxConcurrency, shard, homes.known.shards);
    },
  };
}
