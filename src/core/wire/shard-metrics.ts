import type { QueueCounts, ShardStats } from "../units.ts";
import type { Metric, Sample } from "./metrics-text.ts";
import { shardCosts } from "./shard-costs.ts";

/** Counters of a shard: the name without `celeriac_` and `_total`, what it counts, where it is found. */
const COUNTERS: readonly (readonly [name: string, help: string, of: (stats: ShardStats) => number])[] = [
  ["tasks_accepted", "Tasks accepted.", ({ tasks }) => tasks.accepted],
  ["tasks_ended", "Tasks that have reached their final state.", ({ tasks }) => tasks.ended],
  ["tasks_expired", "Tasks deleted after result_expires.", ({ tasks }) => tasks.expired],
  ["rows_written", "Rows of SQLite written, alarms apart.", ({ units }) => units.rowsWritten],
  ["rows_read", "Rows of SQLite read.", ({ units }) => units.rowsRead],
  ["alarms_set", "Settings of the alarm; each is billed as a row written.", ({ units }) => units.alarmsSet],
  ["object_requests", "Calls of the Broker object, and alarms that fired.", ({ units }) => units.objectRequests],
  ["object_awake_seconds", "Time in which the object could not hibernate.", ({ units }) => units.awakeMilliseconds / 1000],
  ["messages_sent", "Bells put on the transport.", ({ units }) => units.messagesSent],
  ["messages_received", "Bells taken from the transport.", ({ units }) => units.messagesReceived],
  ["worker_requests", "Requests to the Worker script that led to the shard.", ({ units }) => units.workerRequests],
];

/** Gauges of a queue, as far as the shard has it in memory. */
const QUEUE_GAUGES: readonly (readonly [name: string, help: string, of: (counts: QueueCounts) => number])[] = [
  ["queue_ready_tasks", "Tasks in memory that are ready; the rest of a very long queue is on disk.", ({ ready }) => ready],
  ["queue_leased_tasks", "Tasks that consumers hold.", ({ leased }) => leased],
  ["queue_scheduled_tasks", "Tasks in memory that wait for their instant; what is due later is on disk.", ({ scheduled }) => scheduled],
];

/**
 * The metrics of `GET /metrics`: what `GET /v1/inspect/stats` tells, for Prometheus. Counters begin anew when an object is started
 * again, as Prometheus expects of them; `celeriac_shard_start_time_seconds` tells when that was.
 */
export function shardMetrics(shards: readonly ShardStats[]): Metric[] {
  return [
    ...COUNTERS.map(
      ([name, help, of]): Metric => ({
        name: `celeriac_${name}_total`,
        help,
        type: "counter",
        samples: shards.map((each) => sampleOf(each, of(each))),
      }),
    ),
    gauge(
      "shard_start_time_seconds",
      "When the shard began to count, in seconds since 1970.",
      shards.map((each) => sampleOf(each, each.since / 1000)),
    ),
    gauge(
      "backlog_tasks",
      "Tasks accepted and not ended; after a reset perhaps some thousand too many for some minutes.",
      shards.flatMap((each) => (each.backlog === undefined ? [] : [sampleOf(each, each.backlog.unfinished)])),
    ),
    gauge(
      "backlog_limit_tasks",
      "How many tasks may be unfinished at once (broker_backlog_limit).",
      shards.flatMap((each) => (each.backlog === undefined ? [] : [sampleOf(each, each.backlog.limit)])),
    ),
    ...QUEUE_GAUGES.map(([name, help, of]) =>
      gauge(
        name,
        help,
        shards.flatMap(({ shard, queues = [] }) => queues.map((counts) => ({ labels: { shard, queue: counts.queue }, value: of(counts) }))),
      ),
    ),
    gauge("dollars_per_million_tasks", "List price of what was billed, for a million tasks accepted, by what is billed.", prices(shards)),
  ];
}

function gauge(name: string, help: string, samples: Sample[]): Metric {
  return { name: `celeriac_${name}`, help, type: "gauge", samples };
}

function sampleOf({ shard }: ShardStats, value: number): Sample {
  return { labels: { shard }, value };
}

/** Over all shards; nothing before there is a task. The parts add up, so their total is no sample of its own. */
function prices(shards: readonly ShardStats[]): Sample[] {
  const { total: _, ...parts } = shardCosts(shards).perMillion ?? {};
  return Object.entries(parts).map(([item, value]) => ({ labels: { item }, value }));
}
