import { describe, expect, it } from "vitest";
import { TaskTally } from "../../src/core/task-tally.ts";
import { noUnits, type ShardStats } from "../../src/core/units.ts";
import { metricFaults, PROMTOOL, promtool } from "./metrics-check.ts";
import { NOW, problemOf, setup } from "./setup.ts";

function stats(shard: number): ShardStats {
  return {
    shard,
    since: 1_800_000_000_500,
    tasks: { accepted: 4, ended: 3, expired: 2 },
    units: { ...noUnits(), rowsWritten: 20, alarmsSet: 4, awakeMilliseconds: 1_500, messagesSent: 2 },
    backlog: { unfinished: 7, limit: 1_000 },
    queues: [{ queue: 'the "slow" one', ready: 3, leased: 2, scheduled: 1 }],
  };
}

/** The lines of an answer that are values. */
async function valuesOf(answer: Response): Promise<string[]> {
  return (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** A shard that has seen a task of the name succeed after 20 ms, and one wait. */
function busy(shard: number, task: string, waited = 3, at = NOW): ShardStats {
  const tally = new TaskTally(task, NOW - 60_000);
  tally.accepted(false);
  tally.accepted(false);
  tally.left(true);
  tally.started("celery", waited, false, at);
  tally.ran("SUCCESS", 0.02);
  tally.ran("RETRY", 1);
  return { ...stats(shard), byTask: [tally.series] };
}

describe("GET /metrics", () => {
  it("answers for each shard what was counted and what is held, in Prometheus' text format", async () => {
    const { broker, send } = setup();
    broker.shardStats = [stats(0), stats(1)];
    const answer = await send("/metrics");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    const values = await valuesOf(answer);
    for (const line of [
      'celeriac_tasks_accepted_total{shard="1"} 4',
      'celeriac_tasks_ended_total{shard="0"} 3',
      'celeriac_tasks_expired_total{shard="0"} 2',
      'celeriac_rows_written_total{shard="0"} 20',
      'celeriac_object_awake_seconds_total{shard="1"} 1.5',
      'celeriac_shard_start_time_seconds{shard="0"} 1800000000.5',
      'celeriac_backlog_tasks{shard="0"} 7',
      'celeriac_backlog_limit_tasks{shard="1"} 1000',
      'celeriac_queue_ready_tasks{shard="0",queue="the \\"slow\\" one"} 3',
      'celeriac_queue_leased_tasks{shard="0",queue="the \\"slow\\" one"} 2',
      'celeriac_queue_scheduled_tasks{shard="1",queue="the \\"slow\\" one"} 1',
      'celeriac_dollars_per_million_tasks{item="rows_written"} 6',
    ]) {
      expect(values).toContain(line);
    }
    expect(values.some((line) => line.includes('item="total"'))).toBe(false);
  });

  it("prices nothing before there is a task, and goes without what an object of an earlier version does not tell", async () => {
    const { broker, send } = setup();
    const { backlog: _backlog, queues: _queues, ...old } = stats(0);
    broker.shardStats = [{ ...old, tasks: { accepted: 0, ended: 0, expired: 0 } }];
    const values = await valuesOf(await send("/metrics"));
    expect(values.filter((line) => /dollars|backlog|shard=.*queue=/.test(line))).toEqual([]);
    expect(values).toContain('celeriac_tasks_accepted_total{shard="0"} 0');
  });

  it("needs a key with the scope `read`", async () => {
    const { send } = setup({ CELERIAC_KEYS: "writer:submit,reader:read" });
    const ask = (key: string) => send("/metrics", { headers: { authorization: `Bearer ${key}` } });
    expect((await problemOf(await send("/metrics"))).status).toBe(401);
    expect((await problemOf(await ask("writer"))).status).toBe(403);
    expect((await ask("reader")).status).toBe(200);
  });

  it("tells of tasks under Flower's names and labels, summed over the shards, whole numbers as Python writes them", async () => {
    const { broker, send } = setup();
    broker.shardStats = [busy(0, "tasks.add"), busy(1, "tasks.add", 8, NOW + 1)];
    const values = await valuesOf(await send("/metrics"));
    const add = 'task="tasks.add"';
    const worker = 'worker="celeriac@edge"';
    for (const line of [
      `flower_events_total{${add},type="task-sent",worker="client@edge"} 4.0`,
      `flower_events_total{${add},type="task-received",${worker}} 4.0`,
      `flower_events_total{${add},type="task-started",${worker}} 2.0`,
      `flower_events_total{${add},type="task-retried",${worker}} 2.0`,
      `flower_events_created{${add},type="task-started",${worker}} ${NOW / 1000 - 60}.0`,
      `flower_task_runtime_seconds_bucket{le="0.01",${add},${worker}} 0.0`,
      `flower_task_runtime_seconds_bucket{le="0.025",${add},${worker}} 2.0`,
      `flower_task_runtime_seconds_bucket{le="1.0",${add},${worker}} 2.0`,
      `flower_task_runtime_seconds_bucket{le="+Inf",${add},${worker}} 2.0`,
      `flower_task_runtime_seconds_count{${add},${worker}} 2.0`,
      `flower_task_runtime_seconds_sum{${add},${worker}} 0.04`,
      `flower_task_runtime_seconds_created{${add},${worker}} ${NOW / 1000 - 60}.0`,
      // Of the shards' the one that was started last.
      `flower_task_prefetch_time_seconds{${add},${worker}} 8.0`,
      `flower_worker_prefetched_tasks{${add},${worker}} 2.0`,
      // M1: the worker is up, and holds what the shards' consumers hold.
      `flower_worker_online{${worker}} 1.0`,
      `flower_worker_number_of_currently_executing_tasks{${worker}} 4.0`,
      `celeriac_queue_wait_seconds_bucket{le="5",queue="celery",${add}} 1`,
      `celeriac_queue_wait_seconds_count{queue="celery",${add}} 2`,
      `celeriac_task_run_seconds_count{state="RETRY",${add}} 2`,
      `celeriac_task_retries_total{${add}} 2`,
      `celeriac_queue_length_tasks{queue="celery"} 0`,
      `celeriac_queue_length_tasks{queue="the \\"slow\\" one"} 6`,
    ]) {
      expect(values).toContain(line);
    }
    // What has not come has no series.
    expect(values.some((line) => line.includes("task-failed"))).toBe(false);
  });

  it("M6 to M9 knows one worker for the deployment: no series of consumers that are gone pile up, and none has to be purged", async () => {
    const { broker, send } = setup();
    broker.shardStats = [busy(0, "tasks.add"), busy(1, "tasks.any")];
    const workers = new Set((await valuesOf(await send("/metrics"))).flatMap((line) => /worker="([^"]*)"/.exec(line)?.[1] ?? []));
    expect([...workers].sort()).toEqual(["celeriac@edge", "client@edge"]);
  });

  it("tells of names that are not registered as `other`, so that nobody can make series without end", async () => {
    const { broker, send } = setup();
    broker.shardStats = [busy(0, "made.up"), busy(1, "made.up.too")];
    const values = await valuesOf(await send("/metrics"));
    expect(values).toContain('flower_events_total{task="other",type="task-started",worker="celeriac@edge"} 2.0');
    expect(values.some((line) => line.includes("made.up"))).toBe(false);
  });

  it("is in Prometheus' text format to the letter", async () => {
    const { broker, send } = setup();
    broker.shardStats = [busy(0, "tasks.add"), busy(1, "tasks.any"), stats(2)];
    const text = await (await send("/metrics")).text();
    expect(metricFaults(text)).toEqual([]);
    // The checker itself finds what is wrong.
    const wrong = "# HELP a A.\n# TYPE a counter\na 1\na x\nb{c=} 1\n";
    expect(metricFaults(wrong)).toHaveLength(4);
  });

  it.skipIf(!PROMTOOL)("is what promtool finds nothing to say about", async () => {
    const { broker, send } = setup();
    broker.shardStats = [busy(0, "tasks.add"), busy(1, "tasks.any")];
    expect(promtool(await (await send("/metrics")).text())).toBe("");
  });
});
