import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { noUnits, type ShardStats } from "../../src/core/units.ts";
import { problemOf, setup } from "./setup.ts";

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

const PROMTOOL = spawnSync("promtool", ["--version"]).status === 0;

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
    expect(values.filter((line) => /dollars|backlog|queue_/.test(line))).toEqual([]);
    expect(values).toContain('celeriac_tasks_accepted_total{shard="0"} 0');
  });

  it("needs a key with the scope `read`", async () => {
    const { send } = setup({ CELERIAC_KEYS: "writer:submit,reader:read" });
    const ask = (key: string) => send("/metrics", { headers: { authorization: `Bearer ${key}` } });
    expect((await problemOf(await send("/metrics"))).status).toBe(401);
    expect((await problemOf(await ask("writer"))).status).toBe(403);
    expect((await ask("reader")).status).toBe(200);
  });

  // Prometheus' own checker is not a dependency: it is asked where it is installed (Debian's package `prometheus`).
  it.skipIf(!PROMTOOL)("is what promtool finds nothing to say about", async () => {
    const { broker, send } = setup();
    broker.shardStats = [stats(0), stats(1)];
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: await (await send("/metrics")).text() });
    expect([status, `${stdout}${stderr}`]).toEqual([0, ""]);
  });
});
