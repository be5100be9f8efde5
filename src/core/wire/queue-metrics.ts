import type { ShardStats } from "../units.ts";
import type { Metric, Sample } from "./metrics-text.ts";
import { queuesDocument } from "./queues-document.ts";

/**
 * What `GET /v1/queues` tells, for Prometheus: over all shards, by queue.
 * @param names the queues that are shown though no shard has heard of them
 */
export function queueMetrics(shards: readonly ShardStats[], names: readonly string[]): Metric[] {
  const { queues } = queuesDocument(names, shards);
  const gauge = (name: string, help: string, of: (queue: (typeof queues)[number]) => number): Metric => ({
    name: `celeriac_queue_${name}`,
    help,
    type: "gauge",
    samples: queues.map((queue): Sample => ({ labels: { queue: queue.queue }, value: of(queue) })),
  });
  return [
    gauge("length_tasks", "Tasks that could start now, over all shards; of a very long queue those in memory.", ({ ready }) => ready),
    gauge(
      "oldest_age_seconds",
      "For how long that could start which has waited longest; 0: nothing waits.",
      ({ oldest_age }) => oldest_age ?? 0,
    ),
    gauge("paused", "1 while nothing of the queue is handed out.", ({ paused }) => (paused ? 1 : 0)),
  ];
}
