import { describe, expect, it } from "vitest";
import { TaskTally } from "../../../src/core/task-tally.ts";
import { noUnits, type QueueCounts, type ShardStats } from "../../../src/core/units.ts";
import { idAt, NOW, recordOf } from "../setup.ts";
import { asking, WORKER } from "./ask.ts";

const RESULT = `/api/task/result/${idAt(0)}`;
const INFO = `/api/task/info/${idAt(0)}`;

function shardOf(queues: QueueCounts[]): ShardStats {
  return { shard: 0, since: NOW - 90_500, tasks: { accepted: 0, ended: 0, expired: 0 }, units: noUnits(), queues };
}

describe("/api/task/result (FLOWER.md 1.2, 5.2, 5.3)", () => {
  it("X1 answers PENDING for an id that nobody gave, of whatever form", async () => {
    const { get } = asking();
    for (const id of ["unknown-id", idAt(7)]) {
      const answer = await get(`/api/task/result/${id}`);
      expect([answer.status, answer.json]).toEqual([200, { "task-id": id, state: "PENDING" }]);
    }
  });

  it("answers with the value of a success, and with no result before the end", async () => {
    const { get, broker } = asking();
    broker.lookup = { found: true, record: recordOf({ result: '{"a":[1,null]}' }) };
    expect((await get(RESULT)).json).toEqual({ "task-id": idAt(0), result: { a: [1, null] }, state: "SUCCESS" });
    broker.lookup = { found: true, record: recordOf({ state: "RETRY", result: '{"exc_type":"E","exc_message":[]}' }) };
    expect((await get(RESULT)).json).toEqual({ "task-id": idAt(0), state: "RETRY" });
    broker.lookup = { found: true, record: recordOf({ state: "PROGRESS", result: '{"done":1}' }) };
    expect((await get(RESULT)).json).toEqual({ "task-id": idAt(0), state: "PROGRESS" });
    broker.lookup = { found: true, record: recordOf({ line: '{"task":"tasks.any","ignore_result":true}' }) };
    expect((await get(RESULT)).json).toEqual({ "task-id": idAt(0), result: null, state: "SUCCESS" });
  });

  it.each(["revoked", "expired", "terminated"])("X7 X8 shows why a task is REVOKED: %s", async (why) => {
    const { get, broker } = asking();
    const result = JSON.stringify({ exc_type: "TaskRevokedError", exc_message: [why], exc_module: "celery.exceptions" });
    broker.lookup = { found: true, record: recordOf({ state: "REVOKED", result }) };
    expect((await get(RESULT)).json).toEqual({ "task-id": idAt(0), result: `TaskRevokedError('${why}')`, state: "REVOKED" });
  });

  it("waits as long as it is told, never over 60 seconds, and refuses what is no time", async () => {
    const { get, broker } = asking();
    for (const timeout of ["0", "2.5", "600"]) await get(`${RESULT}?timeout=${timeout}`);
    expect(broker.lookups.map(({ waitSeconds }) => waitSeconds)).toEqual([0, 2.5, 60]);
    const bad = await get(`${RESULT}?timeout=abc`);
    expect([bad.status, bad.text]).toEqual([400, "Invalid argument 'abc' of type 'float'"]);
    expect((await get(`${RESULT}?timeout=-1`)).status).toBe(400);
  });

  it("T12 T13 X15 answers 503 while the broker is down; there is always a backend, so that `state` is never missing", async () => {
    const { get, post, broker } = asking();
    broker.failure = Object.assign(new Error("down"), { overloaded: true });
    expect([(await get(RESULT)).status, (await post(`/api/task/abort/${idAt(0)}`)).status]).toEqual([503, 503]);
  });
});

describe("/api/task/info (FLOWER.md 1.2)", () => {
  it("T14 answers 404 for an id that nobody gave", async () => {
    const { get } = asking();
    for (const id of ["123", idAt(3)]) expect((await get(`/api/task/info/${id}`)).status).toBe(404);
    expect((await get("/api/task/info/")).status).toBe(404);
  });

  it("shows a success with every key of Flower's, arguments and result as Python's repr", async () => {
    const { get, broker } = asking();
    const line = '{"task":"tasks.add","args":[2,"it\'s"],"kwargs":{"c":true,"d":null}}';
    broker.lookup = { found: true, record: recordOf({ line, result: '"aborted"', children: [idAt(5)] }) };
    const seconds = NOW / 1000;
    expect((await get(INFO)).json).toEqual({
      uuid: idAt(0),
      "task-id": idAt(0),
      name: "tasks.add",
      state: "SUCCESS",
      sent: seconds,
      received: seconds,
      started: seconds + 0.005,
      rejected: null,
      succeeded: seconds + 0.01,
      failed: null,
      retried: null,
      revoked: null,
      args: '[2, "it\'s"]',
      kwargs: "{'c': True, 'd': None}",
      eta: null,
      expires: null,
      retries: 0,
      result: "'aborted'",
      exception: null,
      timestamp: seconds + 0.01,
      runtime: 0.005,
      traceback: null,
      exchange: "",
      routing_key: "celery",
      clock: 0,
      client: null,
      root: idAt(0),
      root_id: idAt(0),
      parent: null,
      parent_id: null,
      children: [idAt(5)],
      worker: WORKER,
    });
  });

  it("X5 shows a task that waits as PENDING, with its queue and no worker", async () => {
    const { get, broker } = asking();
    const eta = Date.UTC(2026, 10, 22, 12, 31, 20, 377);
    const waits = { state: "PENDING", result: null, worker: null, startedAt: null, doneAt: null, queue: "slow", eta };
    broker.lookup = { found: true, record: recordOf(waits) };
    const { json } = await get(INFO);
    expect(json).toMatchObject({ state: "PENDING", routing_key: "slow", worker: null, started: null, timestamp: NOW / 1000 });
    expect(json.eta).toBe("2026-11-22T12:31:20.377000+00:00");
  });

  it("X10 shows a retry with its count, eta, error and traceback", async () => {
    const { get, broker } = asking();
    const result = '{"exc_type":"ValueError","exc_message":["bad",2],"exc_module":""}';
    broker.lookup = { found: true, record: recordOf({ state: "RETRY", result, traceback: "at …", retries: 2, eta: NOW, doneAt: null }) };
    const { json } = await get(INFO);
    expect(json).toMatchObject({ state: "RETRY", retries: 2, exception: "ValueError('bad', 2)", traceback: "at …", result: null });
    expect(json.eta).toBe("2026-11-22T14:00:00.000000+00:00");
  });

  it("X11 shows root and parent of a task of a workflow", async () => {
    const { get, broker } = asking();
    const line = JSON.stringify({ task: "tasks.add", root_id: idAt(1), parent_id: idAt(2) });
    broker.lookup = { found: true, record: recordOf({ line }) };
    expect((await get(INFO)).json).toMatchObject({ root: idAt(1), root_id: idAt(1), parent: idAt(2), parent_id: idAt(2), children: [] });
  });
});

describe("/api/task/types and /api/queues/length (FLOWER.md 1.2)", () => {
  it("names the registered tasks, sorted", async () => {
    expect((await asking().get("/api/task/types")).json).toEqual({ "task-types": ["tasks.add", "tasks.any", "tasks.print_task"] });
  });

  it("counts what waits in each queue, sorted, over all shards, with RabbitMQ's counts beside", async () => {
    const { get, broker } = asking();
    broker.shardStats = [
      shardOf([{ queue: "slow", ready: 3, leased: 2, scheduled: 1, paused: true }]),
      shardOf([{ queue: "slow", ready: 4, leased: 0, scheduled: 0 }]),
    ];
    expect((await get("/api/queues/length")).json).toEqual({
      active_queues: [
        { name: "celery", messages: 0, messages_ready: 0, messages_unacknowledged: 0, consumers: 1 },
        { name: "slow", messages: 7, messages_ready: 7, messages_unacknowledged: 2, consumers: 0 },
      ],
    });
  });
});

describe("/api/workers (FLOWER.md 1.4)", () => {
  it("W1 shows the deployment's one worker with all that Celery tells of one, fresh with and without `refresh`", async () => {
    const { get, broker } = asking();
    broker.shardStats = [shardOf([{ queue: "slow", ready: 0, leased: 0, scheduled: 0, paused: true }])];
    for (const query of ["", "?refresh=1", `?workername=${WORKER}`]) {
      const { json } = await get(`/api/workers${query}`);
      expect(Object.keys(json)).toEqual([WORKER]);
      expect(json[WORKER]).toMatchObject({
        active: [],
        active_queues: [{ name: "celery", routing_key: "celery", exchange: { name: "celery", type: "direct" } }],
        conf: { timezone: "Asia/Shanghai", task_default_queue: "celery" },
        registered: ["tasks.add", "tasks.any", "tasks.print_task"],
        stats: { uptime: 90, clock: "0", pool: { "max-concurrency": 2_000 }, broker: { transport: "cloudflare-queues" } },
        timestamp: NOW / 1000,
      });
    }
  });

  it("W2 keeps nothing between two questions: a queue that is resumed is there at once", async () => {
    const { get, broker } = asking();
    const names = async () =>
      ((await get("/api/workers?refresh=true")).json[WORKER] as { active_queues: { name: string }[] }).active_queues.length;
    broker.shardStats = [shardOf([{ queue: "slow", ready: 0, leased: 0, scheduled: 0, paused: true }])];
    expect(await names()).toBe(1);
    broker.shardStats = [shardOf([{ queue: "slow", ready: 0, leased: 0, scheduled: 0, paused: false }])];
    expect(await names()).toBe(2);
  });

  it("V4 gives scripts the data of the page of workers, and of the dashboard of old, and nothing without `json`", async () => {
    const { get, broker } = asking();
    const tally = new TaskTally("tasks.add", NOW);
    tally.accepted(false);
    tally.started("slow", 1, false, NOW);
    tally.ended("FAILURE");
    broker.shardStats = [{ ...shardOf([{ queue: "slow", ready: 0, leased: 2, scheduled: 0 }]), byTask: [tally.series] }];
    for (const path of ["/workers?json=1", "/dashboard?json=1"]) {
      const [worker, ...others] = (await get(path)).json.data as Record<string, unknown>[];
      expect(others).toEqual([]);
      expect(worker).toMatchObject({ hostname: WORKER, status: true, active: 2, processed: 1, "task-started": 1, "task-failed": 1 });
      expect(worker).not.toHaveProperty("task-succeeded");
    }
    expect([(await get("/workers")).status, (await get("/dashboard?json=0")).status]).toEqual([404, 302]);
    expect((await asking({ CELERIAC_KEYS: "k" }).get("/workers?json=1")).status).toBe(401);
    const { stats } = (await get("/api/workers")).json[WORKER] as { stats: { total: unknown } };
    expect(stats.total).toEqual({ "tasks.add": 1 });
  });

  it("tells with `status` only that it is up, refuses other names and what is no bool", async () => {
    const { get } = asking();
    expect((await get("/api/workers?status=true")).json).toEqual({ [WORKER]: true });
    const unknown = await get("/api/workers?workername=nope");
    expect([unknown.status, unknown.text]).toEqual([404, "Unknown worker 'nope'"]);
    const bad = await get("/api/workers?refresh=maybe");
    expect([bad.status, bad.text]).toEqual([400, "Invalid argument 'maybe' of type 'bool'"]);
  });
});
