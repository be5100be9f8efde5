import { describe, expect, it } from "vitest";
import { noUnits, type ShardStats } from "../../src/core/units.ts";
import { problemOf, setup } from "./setup.ts";

function stats(shard: number, queues: ShardStats["queues"]): ShardStats {
  return { shard, since: 0, tasks: { accepted: 0, ended: 0, expired: 0 }, units: noUnits(), queues };
}

describe("GET /v1/queues", () => {
  it("answers what each queue holds over all shards, those too that nothing was sent to", async () => {
    const { broker, send } = setup();
    const counts = { queue: "celery", ready: 2, leased: 1, scheduled: 3 };
    broker.shardStats = [
      stats(0, [{ ...counts, paused: false, oldestSeconds: 1.5 }]),
      stats(1, [{ ...counts, paused: true, oldestSeconds: 7 }]),
      stats(2, [{ ...counts, paused: false, oldestSeconds: null }]),
    ];
    expect(await (await send("/v1/queues")).json()).toEqual({
      queues: [
        { queue: "celery", ready: 6, scheduled: 9, active: 3, paused: true, oldest_age: 7 },
        { queue: "slow", ready: 0, scheduled: 0, active: 0, paused: false, oldest_age: null },
      ],
    });
  });
});

describe("POST /v1/queues/{queue}/pause and /resume", () => {
  it("tell the broker", async () => {
    const { broker, post } = setup();
    expect(await (await post("/v1/queues/slow/pause", "")).json()).toEqual({ queue: "slow", paused: true });
    expect(await (await post("/v1/queues/slow/resume", "")).json()).toEqual({ queue: "slow", paused: false });
    expect(broker.steered).toEqual(["pause slow", "resume slow"]);
  });

  it("refuse a queue that nobody knows, and name the nearest", async () => {
    const { broker, post } = setup();
    const problem = await problemOf(await post("/v1/queues/slwo/pause", ""));
    expect([problem.status, problem.detail]).toEqual([422, expect.stringContaining("did you mean 'slow'?")]);
    expect(broker.steered).toEqual([]);
  });

  it("take a queue that the configuration has lost and the broker still holds", async () => {
    const { broker, post } = setup();
    broker.shardStats = [stats(0, [{ queue: "old", ready: 1, leased: 0, scheduled: 0 }])];
    expect((await post("/v1/queues/old/pause", "")).status).toBe(200);
  });

  it("need the scope control", async () => {
    const { broker, post } = setup({ CELERIAC_KEYS: "reader:read,keeper:control" });
    const as = (key: string) => post("/v1/queues/slow/pause", "", { authorization: `Bearer ${key}` });
    expect([(await as("reader")).status, (await as("keeper")).status]).toEqual([403, 200]);
    expect(broker.steered).toEqual(["pause slow"]);
  });
});

describe("POST /v1/control/rate_limit", () => {
  it("tells the broker the rate in tasks a second", async () => {
    const { broker, post } = setup();
    const answer = await post("/v1/control/rate_limit", { task: "tasks.add", rate_limit: "30/m" });
    expect([answer.status, await answer.json()]).toEqual([200, { task: "tasks.add", rate_limit: "30/m" }]);
    await post("/v1/control/rate_limit", { task: "tasks.add", rate_limit: null });
    await post("/v1/control/rate_limit", { task: "tasks.add" });
    expect(broker.steered).toEqual(["limit tasks.add 0.5", "limit tasks.add null", "limit tasks.add undefined"]);
  });

  it.each([
    [{ task: "tasks.add", rate_limit: "fast" }, 422, "rate_limit"],
    [{ task: 5, rate_limit: 1 }, 422, "task"],
    [{ task: "tasks.add", rate: 1 }, 422, "rate"],
    [{ task: "tasks.ad", rate_limit: 1 }, 404, "task"],
    ["[]", 422, ""],
  ])("refuses %j", async (body, status, path) => {
    const { broker, post } = setup();
    const problem = await problemOf(await post("/v1/control/rate_limit", body));
    expect([problem.status, problem.paths]).toEqual([status, [path]]);
    expect(broker.steered).toEqual([]);
  });
});

describe("POST /v1/control/time_limit", () => {
  it("tells the broker the limits in seconds", async () => {
    const { broker, post } = setup();
    const answer = await post("/v1/control/time_limit", { task: "tasks.add", soft: 30, hard: 60 });
    expect([answer.status, await answer.json()]).toEqual([200, { task: "tasks.add", soft: 30, hard: 60 }]);
    await post("/v1/control/time_limit", { task: "tasks.add", hard: null });
    expect(broker.steered).toEqual(["time limit tasks.add 30 60", "time limit tasks.add undefined null"]);
  });

  it.each([
    [{ task: "tasks.add", soft: "long" }, 422, "soft"],
    [{ task: "tasks.add", hard: 0 }, 422, "hard"],
    [{ task: "tasks.add", soft: 3, hard: 2 }, 422, "soft"],
    [{ task: "tasks.add", rate: 1 }, 422, "rate"],
    [{ task: "tasks.ad", hard: 1 }, 404, "task"],
    ["[]", 422, ""],
  ])("refuses %j", async (body, status, path) => {
    const { broker, post } = setup();
    const problem = await problemOf(await post("/v1/control/time_limit", body));
    expect([problem.status, problem.paths]).toEqual([status, [path]]);
    expect(broker.steered).toEqual([]);
  });
});
