import type { Config } from "../core/config.ts";

/** How many consumers of a queue may be about at once, as this shard's share of them, and how many tasks each runs. */
export type Consumers = Readonly<Pick<Config, "maxConcurrency" | "workerConcurrency">>;

/**
 * The flow window: how many tasks of one queue may be handed out at once, over all consumers: `max_concurrency` times
 * `worker_concurrency`. What waits beyond it can still be overtaken by a higher priority, or paused; doubled bells and foreign
 * consumers cannot exceed it.
 */
export function flowWindow({ maxConcurrency, workerConcurrency }: Consumers): number {
  return maxConcurrency * workerConcurrency;
}
