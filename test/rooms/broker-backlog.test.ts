import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Refused, SubmitAnswer } from "../../src/broker/api.ts";
import type { BacklogCount } from "../../src/core/units.ts";
import { aCall, calls, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

function aStage(limit: number, config: Record<string, unknown> = {}): Stage {
  return new Stage({ broker_backlog_limit: limit, ...config });
}

/** How many tasks the broker counts as unfinished. */
async function unfinished(stage: Stage): Promise<BacklogCount["unfinished"] | undefined> {
  return (await stage.broker.stats()).backlog?.unfinished;
}

function refused(answer: SubmitAnswer): Refused {
  if (answer.ok || answer.code === "astray") throw new Error(`expected a refusal, got ${JSON.stringify(answer)}`);
  return answer;
}

describe("a full backlog", () => {
  it("refuses a submit whole, and says how much room there is and when to come again", async () => {
    const stage = aStage(10);
    await stage.submit(calls(8));
    const refusal = refused(await stage.send(calls(3)));
    expect(refusal).toEqual({
      ok: false,
      code: "backlog_full",
      index: 2,
      message: "Expected room for 3 more tasks, got 2: 8 are unfinished of at most 10 (broker_backlog_limit). Send again in 1 second.",
      retryAfterSeconds: 1,
    });
    expect([await stage.rows(), await unfinished(stage)]).toEqual([{ page: 1 }, 8]);
    expect((await stage.submit(calls(2))).length).toBe(2);
  });

  it("has room again when tasks end, in whatever way", async () => {
    const stage = aStage(3);
    await stage.submit([aCall(0), aCall(1, { expires: Date.now() + 10 }), aCall(2, { due: Date.now() + 60_000 })]);
    expect(refused(await stage.send(calls(1))).code).toBe("backlog_full");
    pass(11);
    await stage.finish(await stage.claim());
    expect(await unfinished(stage)).toBe(1);
    await stage.submit(calls(2));
    expect(refused(await stage.send(calls(1))).code).toBe("backlog_full");
  });

  it("says from how fast tasks have ended when there will be room", async () => {
    const stage = aStage(100);
    await stage.submit(calls(100));
    for (let second = 0; second < 5; second++) {
      pass(1_000);
      await stage.finish(await stage.claim(4));
    }
    await stage.submit(calls(20));
    expect(refused(await stage.send(calls(1))).retryAfterSeconds).toBe(1);
    expect(refused(await stage.send(calls(40))).retryAfterSeconds).toBe(10);
    pass(3_600_000);
    expect(refused(await stage.send(calls(40))).retryAfterSeconds).toBe(60);
  });

  it("still answers a repeat, an idempotency key and an id that is once only with what was accepted", async () => {
    const stage = aStage(3);
    const key = aCall(0, { idempotency: { key: "k", fingerprint: "f" } });
    const once = aCall(1, { taskId: crypto.randomUUID(), onceOnly: true });
    const ids = await stage.submit([key, once, aCall(2)], { nonce: "n" });
    expect(await stage.submit([key, once, aCall(2)], { nonce: "n", attempt: 2 })).toEqual(ids);
    expect(await stage.send([key, once])).toEqual({ ok: true, ids: ids.slice(0, 2), duplicates: [0, 1] });
    expect(refused(await stage.send([key, once, aCall(3)]))).toMatchObject({ code: "backlog_full", index: 2 });
  });

  it("is decided for each of several submits that are written together, in their order", async () => {
    const stage = aStage(10);
    const answers = await stage.together([calls(4)], [calls(4)], [calls(3)], [calls(2)], [calls(1)]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, true, false]);
    expect(await unfinished(stage)).toBe(10);
  });

  it("leaves the names of a refused submit free", async () => {
    const stage = aStage(2);
    const named = [aCall(0, { taskId: crypto.randomUUID() }), aCall(1, { idempotency: { key: "k", fingerprint: "f" } }), aCall(2)];
    const [, full, fits] = await stage.together([calls(1)], [named.slice(0, 2)], [named.slice(0, 1)]);
    expect([full?.ok, fits?.ok]).toEqual([false, true]);
    await stage.finish(await stage.claim());
    expect(await stage.send(named.slice(1))).toMatchObject({ ok: true, duplicates: [] });
  });

  it("refuses as too large what would never have room", async () => {
    const stage = aStage(10);
    expect(refused(await stage.send(calls(11)))).toEqual({
      ok: false,
      code: "too_large",
      index: 10,
      message: "Expected at most 10 tasks in one submit (broker_backlog_limit), got 11: send them in several.",
    });
    expect((await stage.submit(calls(10))).length).toBe(10);
  });

  it("holds for the express lane", async () => {
    const stage = aStage(1);
    await stage.submit([aCall(0, { express: true })]);
    await vi.waitFor(() => expect(stage.express()).toHaveLength(1));
    expect(refused(await stage.send([aCall(1, { express: true })])).code).toBe("backlog_full");
    expect(stage.express()).toEqual([]);
  });

  it("refuses for good a sending that was overtaken by its repeat, which was refused", async () => {
    const stage = aStage(1);
    await stage.submit(calls(1));
    const repeat = await stage.send([aCall(1)], { nonce: "n", attempt: 2 });
    await stage.finish(await stage.claim());
    expect(await stage.send([aCall(1)], { nonce: "n", attempt: 1 })).toEqual(repeat);
    expect(await unfinished(stage)).toBe(0);
    expect((await stage.send([aCall(1)], { nonce: "n", attempt: 3 })).ok).toBe(true);
  });
});

describe("what a shard says that it holds", () => {
  it("is what is ready, held and scheduled in each queue, those that are to be granted alone among them", async () => {
    const stage = aStage(100);
    await stage.submit(calls(5));
    await stage.submit([aCall(0, { queue: "media", due: Date.now() + 30_000 })]);
    await stage.claim(2);
    const held = await stage.broker.stats();
    expect(held.queues).toEqual([
      { queue: "celery", ready: 3, leased: 2, scheduled: 0, paused: false, oldestSeconds: 0 },
      { queue: "media", ready: 0, leased: 0, scheduled: 1, paused: false, oldestSeconds: null },
    ]);
    expect(held.backlog).toEqual({ unfinished: 6, limit: 100 });
    await stage.lapse();
    expect((await stage.broker.stats()).queues?.[0]).toMatchObject({ queue: "celery", ready: 5, leased: 0, scheduled: 0 });
  });

  it("counts what is due much later, and what was not read back yet, though both lie on disk", async () => {
    const stage = aStage(1_000);
    await stage.submit([aCall(0, { due: Date.now() + 3_600_000 }), aCall(1, { due: Date.now() + 7_200_000 })]);
    await stage.submit([aCall(2, { queue: "media", priority: 3, due: Date.now() + 3_600_000 })]);
    const scheduled = [
      { queue: "celery", ready: 0, scheduled: 2 },
      { queue: "media", ready: 0, scheduled: 1, oldestSeconds: null },
    ];
    expect((await stage.broker.stats()).queues).toMatchObject(scheduled);
    await stage.submit(calls(3));
    await stage.crash();
    const [celery, media] = (await stage.broker.stats()).queues ?? [];
    expect(celery).toMatchObject({ ready: 3, scheduled: 2 });
    expect(celery?.oldestSeconds).toBeGreaterThanOrEqual(0);
    expect(media).toMatchObject(scheduled[1] as object);
  });
});

describe("the count of what is unfinished, after a crash", () => {
  it("is exact at once where memory holds all of it", async () => {
    const stage = aStage(100);
    await stage.submit(calls(10));
    await stage.submit([aCall(10), aCall(11)]);
    await stage.finish(await stage.claim(3));
    await stage.claim(4);
    await stage.crash();
    expect(await unfinished(stage)).toBe(9);
    const { tasks } = await stage.claim(100);
    expect([tasks.length, await unfinished(stage)]).toEqual([5, 9]);
  });

  it("errs upwards where some lies on disk, until the sweep has counted anew", async () => {
    const stage = aStage(100);
    await stage.submit([...calls(5), ...calls(5, { due: Date.now() + 7_200_000 })]);
    await stage.submit(calls(7, { due: Date.now() + 86_000_000, queue: "media" }));
    await stage.finish(await stage.claim(2));
    await stage.crash();
    expect(await unfinished(stage)).toBe(17);
    const { written } = await stage.cost(() => stage.broker.sweep());
    expect([written, await unfinished(stage)]).toEqual([0, 15]);
    const { read } = await stage.cost(() => stage.broker.sweep());
    expect(read).toBeLessThan(5);
  });

  it("is counted anew before anything is refused for it", async () => {
    const stage = aStage(10);
    await stage.submit([...calls(5), ...calls(5, { due: Date.now() + 7_200_000 })]);
    await stage.finish(await stage.claim());
    await stage.crash();
    pass(1);
    expect((await stage.submit(calls(5))).length).toBe(5);
    expect(refused(await stage.send(calls(1))).code).toBe("backlog_full");
  });

  it("does not drift, however often the object crashes while something waits", async () => {
    const stage = aStage(1_000);
    await stage.submit([aCall(0, { due: Date.now() + 86_000_000 })]);
    for (let round = 0; round < 5; round++) {
      await stage.submit(calls(3));
      await stage.finish(await stage.claim());
      await stage.crash();
      pass(1_000);
      await stage.broker.sweep();
      expect(await unfinished(stage)).toBe(1);
    }
  });

  it("is some thousand too high at most: it is written down now and then while tasks end and none come", async () => {
    const stage = aStage(100_000, { worker_concurrency: 1_000 });
    await stage.submit([...calls(9_000), aCall(0, { due: Date.now() + 86_000_000 })]);
    for (let round = 0; round < 9; round++) await stage.finish(await stage.claim(1_000));
    expect(await unfinished(stage)).toBe(1);
    await stage.crash();
    expect(await unfinished(stage)).toBeLessThanOrEqual(1 + 4_096);
  });

  it("takes the newest page that is left for it when later ones have ended and expired", async () => {
    const stage = aStage(100, { result_expires: 60 });
    await stage.submit(calls(3, { due: Date.now() + 86_000_000 }));
    await stage.submit(calls(20));
    await stage.finish(await stage.claim());
    while ((await stage.rows()).page !== 1) expect(await stage.alarm()).toBe(true);
    await stage.crash();
    expect(await unfinished(stage)).toBe(3);
  });

  it("costs nothing for a task: no row more, and no row read that grows with what waits", async () => {
    const stage = aStage(100_000);
    await stage.submit(calls(1));
    await stage.pages(2_100, { due: Date.now() + 7_200_000 });
    await stage.crash();
    await stage.claim(0);
    for (const work of [() => stage.submit(calls(3)), async () => void (await stage.finish(await stage.claim()))]) {
      expect((await stage.cost(work)).read).toBeLessThan(15);
    }
    pass(1);
    const { read } = await stage.cost(() => stage.broker.sweep());
    expect(read).toBeLessThan(5_000);
    expect(await unfinished(stage)).toBeGreaterThanOrEqual(2_100);
    pass(1);
    await stage.broker.sweep();
    expect(await unfinished(stage)).toBe(2_100);
  });
});
