import { PRICES } from "../prices.ts";
import type { ShardStats } from "../units.ts";
import { shardCosts, unitsDocument } from "./shard-costs.ts";

/**
 * The document of `GET /v1/inspect/stats`: what each shard has counted since it was last started, and what that costs; and what it
 * holds at the moment.
 */
export function statsDocument(shards: readonly ShardStats[]): Record<string, unknown> {
  const { dollars, perMillion } = shardCosts(shards);
  return {
    shards: shards.map(({ shard, since, tasks, backlog, queues, units }) => {
      const counts = queues?.map(({ oldestSeconds, ...each }) => ({ ...each, oldest_age: oldestSeconds }));
      return { shard, since: new Date(since).toISOString(), tasks, backlog, queues: counts, units: unitsDocument(units) };
    }),
    prices_of: PRICES.date,
    dollars,
    dollars_per_million_tasks: perMillion,
  };
}
