import { addHistograms, type Histogram, RUN_BOUNDS, WAIT_BOUNDS } from "../histogram.ts";
import type { RunEnd, TaskEvents, TaskSeries } from "../task-tally.ts";
import type { ShardStats } from "../units.ts";
import { VIRTUAL_CLIENT, VIRTUAL_WORKER } from "../virtual-worker.ts";
import { histogramSamples, type Metric, type Sample } from "./metrics-text.ts";

/** Under what tasks are shown that are not registered: a series for each name that a client thought of would grow without end. */
const OTHER = "other";

/** What was counted of the tasks of one name, over all shards. */
interface Total extends Omit<TaskSeries, "runs" | "waits"> {
  runs: Map<RunEnd, Histogram>;
  waits: Map<string, Histogram>;
}

/**
 * Flower's metrics, by its names and labels and in its order, and beside them what is ours: how long tasks wait and run, and how often they are retried. `worker` is the
 * deployment's one worker; that of `task-sent` is the client, in Flower too.
 * @param names the registered tasks; those of other names are shown as `other`
 */
export function taskMetrics(shards: readonly ShardStats[], names: readonly string[]): Metric[] {
  const totals = sumUp(shards, new Set(names));
  const worker = { worker: VIRTUAL_WORKER };
  const active = shards.flatMap(({ queues = [] }) => queues).reduce((sum, { leased }) => sum + leased, 0);
  return [
    flower(
      "events_total",
      "counter",
      "Task events, as Celery's workers and clients would have sent them.",
      events(totals, (_, count) => count),
    ),
    flower(
      "events_created",
      "gauge",
      "When the object began to count the events, in seconds since 1970.",
      events(totals, ({ since }) => since / 1000),
    ),
    flower("task_runtime_seconds", "histogram", "How long tasks ran that succeeded.", runtimes(totals)),
    flower(
      "task_runtime_seconds_created",
      "gauge",
      "When the object began to count the run times, in seconds since 1970.",
      totals.flatMap(({ task, since, runs }) => (runs.has("SUCCESS") ? [{ labels: { task, ...worker }, value: since / 1000 }] : [])),
    ),
    flower(
      "task_prefetch_time_seconds",
      "gauge",
      "How long the task waited for a consumer that was started last; 0 once it has ended.",
      totals.flatMap(({ task, prefetch }) => (prefetch === null ? [] : [{ labels: { task, ...worker }, value: prefetch.seconds }])),
    ),
    flower(
      "worker_prefetched_tasks",
      "gauge",
      "Tasks that wait for a consumer and were accepted since the object was started; those with an eta are not counted.",
      totals.map(({ task, prefetched }) => ({ labels: { task, ...worker }, value: prefetched })),
    ),
    flower("worker_online", "gauge", "The worker is up.", [{ labels: worker, value: 1 }]),
    flower("worker_number_of_currently_executing_tasks", "gauge", "Tasks that consumers hold.", [{ labels: worker, value: active }]),
    {
      name: "celeriac_queue_wait_seconds",
      help: "How long tasks waited for a consumer from when they could start.",
      type: "histogram",
      samples: totals.flatMap(({ task, waits }) =>
        [...waits].flatMap(([queue, histogram]) => histogramSamples(histogram, WAIT_BOUNDS, { queue, task })),
      ),
    },
    {
      name: "celeriac_task_run_seconds",
      help: "How long attempts ran, by how they ended.",
      type: "histogram",
      samples: totals.flatMap(({ task, runs }) =>
        [...runs].flatMap(([state, histogram]) => histogramSamples(histogram, RUN_BOUNDS, { state, task })),
      ),
    },
    {
      name: "celeriac_task_retries_total",
      help: "Attempts that ended in a retry.",
      type: "counter",
      samples: totals.map(({ task, events }) => ({ labels: { task }, value: events.retried })),
    },
  ];
}

function flower(name: string, type: Metric["type"], help: string, samples: Sample[]): Metric {
  return { name: `flower_${name}`, help, type, samples, floats: true };
}

function runtimes(totals: readonly Total[]): Sample[] {
  return totals.flatMap(({ task, runs }) => {
    const histogram = runs.get("SUCCESS");
    return histogram === undefined ? [] : histogramSamples(histogram, RUN_BOUNDS, { task, worker: VIRTUAL_WORKER }, true);
  });
}

/** A sample for each event that has come. */
function events(totals: readonly Total[], figure: (total: Total, count: number) => number): Sample[] {
  return totals.flatMap((total) => {
    const entries = Object.entries(total.events) as [keyof TaskEvents, number][];
    return entries.flatMap(([event, count]): Sample[] => {
      const worker = event === "sent" ? VIRTUAL_CLIENT : VIRTUAL_WORKER;
      return count === 0 ? [] : [{ labels: { task: total.task, type: `task-${event}`, worker }, value: figure(total, count) }];
    });
  });
}

function sumUp(shards: readonly ShardStats[], names: ReadonlySet<string>): Total[] {
  const totals = new Map<string, Total>();
  for (const series of shards.flatMap(({ byTask = [] }) => byTask)) {
    const task = names.has(series.task) ? series.task : OTHER;
    const before = totals.get(task);
    totals.set(task, before === undefined ? { ...series, task, ...spread(series) } : add(before, series));
  }
  return [...totals.values()].sort((one, other) => (one.task < other.task ? -1 : 1));
}

function spread({ runs, waits }: TaskSeries): Pick<Total, "runs" | "waits"> {
  return {
    runs: new Map(runs.map(({ end, histogram }) => [end, histogram])),
    waits: new Map(waits.map(({ queue, histogram }) => [queue, histogram])),
  };
}

function add(total: Total, series: TaskSeries): Total {
  const more = spread(series);
  const { events, prefetch } = total;
  const sum = Object.fromEntries(Object.entries(events).map(([event, count]) => [event, count + series.events[event as keyof TaskEvents]]));
  const isLater = prefetch === null || (series.prefetch !== null && series.prefetch.at > prefetch.at);
  return {
    task: total.task,
    since: Math.min(total.since, series.since),
    events: sum as unknown as TaskEvents,
    runs: addAll(total.runs, more.runs),
    waits: addAll(total.waits, more.waits),
    prefetched: total.prefetched + series.prefetched,
    prefetch: isLater ? series.prefetch : prefetch,
  };
}

function addAll<K>(one: ReadonlyMap<K, Histogram>, other: ReadonlyMap<K, Histogram>): Map<K, Histogram> {
  const sum = new Map(one);
  for (const [key, histogram] of other) {
    const before = sum.get(key);
    sum.set(key, before === undefined ? histogram : addHistograms(before, histogram));
  }
  return sum;
}
