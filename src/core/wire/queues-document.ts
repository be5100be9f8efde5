import type { QueueCounts, ShardStats } from "../units.ts";

/** One queue of `GET /v1/queues`. */
interface QueueDocument {
  queue: string;
  ready: number;
  scheduled: number;
  active: number;
  paused: boolean;
  oldest_age: number | null;
}

/**
 * The document of `GET /v1/queues`: of each queue, over all shards, what it holds. Of what lies on disk only, each shard looks at a thousand pages:
 * beyond them the numbers are the least that there is, and the rest counts in the backlog only. `oldest_age`: for how many seconds that is ready which has waited longest; null: nothing is ready.
 * A queue is `paused` when any shard has it so.
 * @param names the queues that are listed though no shard has heard of them
 */
export function queuesDocument(names: readonly string[], shards: readonly ShardStats[]): { queues: QueueDocument[] } {
  const counts = Map.groupBy(
    shards.flatMap(({ queues = [] }) => queues),
    ({ queue }) => queue,
  );
  const all = [...new Set([...names, ...counts.keys()])].sort();
  return { queues: all.map((queue) => documentOf(queue, counts.get(queue) ?? [])) };
}

function documentOf(queue: string, counts: readonly QueueCounts[]): QueueDocument {
  const sum = (of: (each: QueueCounts) => number) => counts.reduce((total, each) => total + of(each), 0);
  const ages = counts.flatMap(({ oldestSeconds }) => (typeof oldestSeconds === "number" ? [oldestSeconds] : []));
  return {
    queue,
    ready: sum(({ ready }) => ready),
    scheduled: sum(({ scheduled }) => scheduled),
    active: sum(({ leased }) => leased),
    paused: counts.some(({ paused }) => paused === true),
    oldest_age: ages.length === 0 ? null : Math.max(...ages),
  };
}
