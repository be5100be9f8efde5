import type { Config } from "../config.ts";
import type { ShardStats } from "../units.ts";
import { flowerQueues } from "./flower-queues.ts";
import { type InspectedTask, inspectedRequest, inspectedSchedule } from "./inspect-document.ts";

/** What the worker's document is made from. */
export interface FlowerWorkerParts {
  shards: readonly ShardStats[];
  config: Config;
  /** The names of the registered tasks. */
  names: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
  /** What runs, what was taken and not begun, and what waits for its time. */
  active: readonly InspectedTask[];
  reserved: readonly InspectedTask[];
  scheduled: readonly InspectedTask[];
  /** Ids. */
  revoked: readonly string[];
}

/** What Celery tells of a queue that means nothing here. */
const NO_BROKER_PARTS = {
  alias: null,
  bindings: [],
  queue_arguments: null,
  binding_arguments: null,
  consumer_arguments: null,
  max_priority: null,
  message_ttl: null,
  expires: null,
  max_length: null,
  max_length_bytes: null,
  no_declare: null,
};

/**
 * The deployment's one worker as Flower's `/api/workers` shows it, with every key that Celery has: queues that are paused are not among its `active_queues`; what only
 * processes and sockets have is 0 or empty. `conf` holds the few settings that clients ask for, and nothing secret.
 */
export function flowerWorker({ shards, config, names, now, ...tasks }: FlowerWorkerParts): Record<string, unknown> {
  const queues = flowerQueues(config.taskQueues, shards).active_queues.filter(({ consumers }) => consumers > 0);
  const registered = names.toSorted();
  return {
    active: tasks.active.map(inspectedRequest),
    active_queues: queues.map(({ name }) => queueOf(name)),
    conf: confOf(config),
    registered,
    reserved: tasks.reserved.map(inspectedRequest),
    revoked: tasks.revoked,
    scheduled: tasks.scheduled.map(inspectedSchedule),
    stats: statsOf(shards, config, now),
    timestamp: now / 1000,
  };
}

function queueOf(name: string): Record<string, unknown> {
  const exchange = {
    name,
    type: "direct",
    durable: true,
    auto_delete: false,
    delivery_mode: null,
    passive: false,
    arguments: null,
    no_declare: false,
  };
  return { name, exchange, routing_key: name, durable: true, exclusive: false, auto_delete: false, no_ack: false, ...NO_BROKER_PARTS };
}

function confOf(config: Config): Record<string, unknown> {
  return {
    timezone: config.timezone,
    enable_utc: config.enableUtc,
    task_default_queue: config.taskDefaultQueue,
    task_queues: config.taskQueues,
    task_track_started: config.taskTrackStarted,
    result_expires: config.resultExpires,
    worker_concurrency: config.workerConcurrency,
    max_concurrency: config.maxConcurrency,
  };
}

/** How often tasks were started, by name, since the objects were started. */
function startsOf(shards: readonly ShardStats[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { task, events } of shards.flatMap(({ byTask = [] }) => byTask)) totals[task] = (totals[task] ?? 0) + events.started;
  return totals;
}

function statsOf(shards: readonly ShardStats[], config: Config, now: number): Record<string, unknown> {
  const since = Math.min(now, ...shards.map((shard) => shard.since));
  return {
    total: startsOf(shards),
    pid: 0,
    clock: "0",
    uptime: Math.floor((now - since) / 1000),
    prefetch_count: config.workerConcurrency,
    rusage: {},
    pool: {
      "max-concurrency": config.workerConcurrency * config.maxConcurrency,
      processes: [],
      "max-tasks-per-child": "N/A",
      "put-guarded-by-semaphore": false,
      timeouts: [config.taskSoftTimeLimit ?? 0, config.taskTimeLimit ?? 0],
      writes: {},
    },
    broker: {
      hostname: "",
      port: 0,
      transport: "cloudflare-queues",
      userid: null,
      virtual_host: "",
      ssl: true,
      heartbeat: 0,
    },
  };
}
