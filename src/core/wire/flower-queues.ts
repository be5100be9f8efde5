import type { ShardStats } from "../units.ts";
import { queuesDocument } from "./queues-document.ts";

/** One queue of Flower's `/api/queues/length`, with the counts that RabbitMQ's management API has too. */
interface FlowerQueue {
  name: string;
  messages: number;
  messages_ready: number;
  messages_unacknowledged: number;
  consumers: number;
}

/**
 * Flower's `/api/queues/length`, by name. `messages` and `messages_ready` are the tasks that could start now (of a very long queue those in memory),
 * as the length of a Redis list is; `messages_unacknowledged` those that consumers hold. `consumers` is 1, or 0 while the queue is paused.
 */
export function flowerQueues(names: readonly string[], shards: readonly ShardStats[]): { active_queues: FlowerQueue[] } {
  const { queues } = queuesDocument(names, shards);
  return {
    active_queues: queues.map(({ queue, ready, active, paused }) => ({
      name: queue,
      messages: ready,
      messages_ready: ready,
      messages_unacknowledged: active,
      consumers: paused ? 0 : 1,
    })),
  };
}
