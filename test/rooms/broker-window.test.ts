import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { aCall, calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** Claims and finishes until nothing is left; gives the numbers in the order they were granted. */
async function drain(stage: Stage, room = 500): Promise<number[]> {
  const seen: number[] = [];
  for (let grant = await stage.claim(room); grant.tasks.length > 0; grant = await stage.finish(grant, room)) seen.push(...numbers(grant));
  return seen;
}

describe("more pages than are kept in memory", () => {
  it("are all granted once, in the order they came", async () => {
    const stage = new Stage();
    await stage.pages(4_500);
    expect(await drain(stage)).toEqual(range(0, 4_500));
    expect(await stage.rows()).toEqual({ page: 4_500 });
  });

  it("are all granted once when the object crashes in the middle and others are written meanwhile", async () => {
    const stage = new Stage();
    await stage.pages(2_600);
    const first = await stage.claim(500);
    await stage.finish(first);
    const held = await stage.claim(300);
    await stage.crash();
    await stage.pages(700, { from: 2_600 });
    const second = await stage.claim(1_500);
    await stage.pages(300, { from: 3_300 });
    await stage.finish(second);
    await stage.crash();
    const rest = await drain(stage);
    await stage.finish(held);
    expect([...numbers(first), ...numbers(held), ...numbers(second), ...rest]).toEqual(range(0, 3_600));
    expect((await stage.claim()).tasks).toEqual([]);
    expect(await stage.rows()).toEqual({ page: 3_600 });
  });

  it("are rung for while all that is in memory is held: the rest is read at once", async () => {
    const stage = new Stage({ max_concurrency: 40 });
    await stage.pages(2_500);
    const grants: Grant[] = [];
    for (let claim = 0; claim < 4; claim++) grants.push(await stage.claim(500));
    pass(1_000);
    stage.bells();
    expect(numbers(await stage.claim(600))).toEqual(range(2_000, 2_500));
  });

  it("do not hold up a higher priority", async () => {
    const stage = new Stage();
    await stage.pages(2_300);
    await stage.submit([aCall(9_999, { priority: 9 })]);
    expect(numbers(await stage.claim(3))).toEqual([9_999, 0, 1]);
    expect(await drain(stage)).toEqual(range(2, 2_300));
  });
});

describe("very many tasks that wait for an instant", () => {
  it("do not hold up what is ready, as pages of their own within the minute", async () => {
    const stage = new Stage();
    const due = Date.now() + 30_000;
    await stage.pages(2_300, { due });
    await stage.submit([aCall(9_999)]);
    expect(await drain(stage)).toEqual([9_999]);
    pass(30_000);
    expect(await drain(stage)).toEqual(range(0, 2_300));
  });

  it("come at their time, those too that were left on disk because so many wait in memory", async () => {
    const stage = new Stage();
    const now = Date.now();
    await stage.submit(calls(55_000, { due: now + 30_000 }));
    await stage.submit([aCall(1, { due: now + 40_000 })]);
    await stage.submit([aCall(2, { due: now + 20_000 })]);
    await stage.submit([aCall(3)]);
    expect(await drain(stage)).toEqual([3]);
    pass(20_000);
    expect(await drain(stage)).toEqual([2]);
    pass(10_000);
    expect(await drain(stage, 5_000)).toEqual(range(0, 55_000));
    pass(9_999);
    expect(await drain(stage)).toEqual([]);
    pass(1);
    expect(await drain(stage)).toEqual([1]);
  });

  it("come in the order of their instants, with crashes between", async () => {
    const stage = new Stage();
    const now = Date.now();
    for (const minutes of [300, 2, 61, 0.5, 59, 1500, 1]) await stage.submit([aCall(minutes, { due: now + minutes * 60_000 })]);
    const seen: number[] = [];
    for (let step = 0; seen.length < 7 && step < 100; step++) {
      expect(await stage.alarm()).toBe(true);
      if (step % 3 === 1) await stage.crash();
      const grant = await stage.claim();
      for (const { due } of grant.tasks) expect(Date.now() - (due ?? 0)).toBeLessThan(15_001);
      seen.push(...numbers(grant));
      await stage.finish(grant);
    }
    expect(seen).toEqual([0.5, 1, 2, 59, 61, 300, 1500]);
  });
});
