import type { Config } from "../core/config.ts";

/**
 * The flow window: how many tasks of one queue may be handed out at once, over all consumers: `max_concurrency` times
 * `worker_concurrency`. What waits beyond it can still be overtaken by a higher priority, or paused; doubled bells and foreign
 * consumers cannot exceed it.
 */
export function flowWindow({ maxConcurrency, workerConcurrency }: Pick<Config, "maxConcurrency" | "workerConcurrency">): number {
  return maxConcurrency * workerConcurrency;
}
