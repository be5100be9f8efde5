import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

describe("bells", () => {
  it("are rung once for a lone task, and say which queue of which shard has work", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0, { queue: "media" })]);
    expect(stage.bells()).toEqual([{ queue: "media", shard: stage.shard }]);
  });

  it("are not rung for a task that joins what a bell was rung for", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    stage.bells();
    await stage.submit(calls(1));
    expect(stage.bells()).toEqual([]);
  });

  it("are as many as consumers are needed for a bulk, and no more than may be about", async () => {
    const stage = new Stage({ worker_concurrency: 100, max_concurrency: 4 });
    await stage.submit(calls(250));
    expect(stage.bells()).toHaveLength(3);
    await stage.submit(calls(1_000));
    expect(stage.bells()).toHaveLength(1);
  });

  it("are not rung while as many consumers hold leases as may be about", async () => {
    const stage = new Stage({ max_concurrency: 2, worker_concurrency: 10 });
    await stage.submit(calls(100));
    const first = await stage.claim(10);
    await stage.claim(10);
    stage.bells();
    pass(10_000);
    await stage.submit(calls(100));
    expect(stage.bells()).toEqual([]);
    await stage.finish(first);
    expect(stage.bells()).toHaveLength(1);
  });

  it("are not rung while a lively consumer will come by itself, but when it has not come shortly after", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    await stage.claim();
    stage.bells();
    await stage.submit([aCall(1)]);
    expect(stage.bells()).toEqual([]);
    pass(20);
    await vi.waitFor(() => expect(stage.bells()).toHaveLength(1));
  });

  it("are rung for a suspect though a consumer is lively, since that one takes none while it holds tasks", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0)]);
    await stage.claim();
    pass(14_990);
    await stage.submit([aCall(1)]);
    expect((await stage.claim()).tasks).toHaveLength(1);
    stage.bells();
    pass(10);
    await stage.broker.sweep();
    expect(stage.bells()).toHaveLength(1);
  });

  it("are rung again when one was lost: after five seconds by the timer, at the latest by the alarm", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    stage.bells();
    pass(4_999);
    await stage.broker.sweep();
    expect(stage.bells()).toEqual([]);
    pass(1);
    await stage.broker.sweep();
    expect(stage.bells()).toHaveLength(1);
    pass(5_000);
    expect(await stage.alarm()).toBe(true);
    expect(stage.bells()).toHaveLength(1);
    expect(await stage.armed()).toBe(Date.now() + 15_000);
  });

  it("are rung again at once when the object starts again, whoever wakes it", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(150));
    stage.bells();
    await stage.crash();
    await stage.record(id);
    expect(stage.bells()).toHaveLength(2);
  });

  it("are rung when a task's instant has come", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0, { due: Date.now() + 60 })]);
    expect(stage.bells()).toEqual([]);
    pass(60);
    await vi.waitFor(() => expect(stage.bells()).toHaveLength(1));
  });

  it("that cannot be sent fail nothing, and are rung again", async () => {
    const stage = new Stage();
    stage.breakTransport(true);
    await stage.submit(calls(1));
    stage.breakTransport(false);
    pass(5_000);
    await stage.broker.sweep();
    expect(stage.bells()).toHaveLength(1);
  });
});

describe("the alarm", () => {
  it("stands behind every instant that is waited for in memory, so that a crash loses none", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall(0, { due: Date.now() + 5_000 })]);
    await stage.crash();
    expect(await stage.alarm()).toBe(true);
    expect(stage.bells()).toHaveLength(1);
    await stage.finish(await stage.claim());
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
  });

  it("is armed for a far instant, and is never armed to now or earlier", async () => {
    const stage = new Stage();
    const due = Date.now() + 7_200_000;
    await stage.submit([aCall(0, { due })]);
    expect(await stage.armed()).toBe(due);
    stage.bells();
    await stage.alarm();
    expect([Date.now(), stage.bells().length]).toEqual([due, 1]);
    for (let fired = 0; fired < 20; fired++) {
      stage.alarms();
      const at = await stage.armed();
      expect(await stage.alarm()).toBe(true);
      for (const next of stage.alarms()) expect(next).toBeGreaterThan(Math.max(at ?? 0, Date.now()));
    }
  });

  it("that the platform has lost is armed again, by any change that needs it and by the cron tick's sweep", async () => {
    const stage = new Stage({ result_expires: 3_600 });
    await stage.submit(calls(1));
    await stage.loseAlarm();
    pass(60_000);
    await stage.broker.sweep();
    expect(await stage.armed()).toBe(Date.now() + 15_000);
    await stage.finish(await stage.claim());
    await stage.loseAlarm();
    pass(60_000);
    await stage.broker.sweep();
    expect(await stage.armed()).toBeGreaterThan(Date.now() + 3_000_000);
  });
});
