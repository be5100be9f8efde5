import { reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const MINUTE = 60_000;

describe("an object that crashed", () => {
  it("offers what waited, and not what is held", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(5));
    const held = await stage.claim(2);
    await stage.crash();
    const rest = await stage.claim(100);
    expect([numbers(rest), rest.tasks.map(({ attempt }) => attempt)]).toEqual([
      [2, 3, 4],
      [1, 1, 1],
    ]);
    await stage.crash();
    await stage.finish(held);
    await stage.crash();
    await stage.finish(rest);
    expect(await stage.states(ids)).toEqual(Array(5).fill("SUCCESS"));
    await stage.crash();
    expect((await stage.claim()).tasks).toEqual([]);
    expect(await stage.rows()).toEqual({ page: 1, outcome: 2 });
  });

  it("keeps what has ended of a page that is partly done", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(4));
    const { lease, tasks } = await stage.claim(3);
    await stage.report(
      lease,
      tasks.slice(1, 2).map((task) => ended(task, "9")),
    );
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([3]);
    await stage.crash();
    await stage.broker.sweep();
    await stage.lapse();
    const again: Grant[] = [];
    for (let claim = 0; claim < 3; claim++) {
      again.push(await stage.claim());
      pass(1_000);
    }
    expect(again.flatMap(numbers).toSorted()).toEqual([0, 2, 3]);
    for (const grant of again) await stage.finish(grant);
    expect(await stage.states(ids)).toEqual(Array(4).fill("SUCCESS"));
    expect((await stage.record(ids[1] ?? "")).result).toBe("9");
  });

  it("gives holders a whole lease's time from its start to renew", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    const { lease } = await stage.claim();
    pass(60_000);
    await stage.crash();
    expect((await stage.renew(lease ?? "")).held).toBe(true);
    pass(14_999);
    await stage.broker.sweep();
    expect((await stage.renew(lease ?? "")).held).toBe(true);
  });

  it("knows what came back from a lost lease, with its attempts", async () => {
    const stage = new Stage();
    await stage.submit(calls(3));
    await stage.claim(2);
    await stage.lapse();
    await stage.crash();
    const grants = [await stage.claim()];
    pass(1_000);
    grants.push(await stage.claim());
    expect(grants.map((grant) => [numbers(grant), grant.tasks[0]?.attempt])).toEqual([
      [[0], 2],
      [[1], 2],
    ]);
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([2]);
    for (const grant of grants) await stage.finish(grant);
    expect(await stage.rows()).toMatchObject({ page: 1, attempt: 2 });
  });

  it("makes ready at its time what waits for an instant, near and far", async () => {
    const stage = new Stage();
    const now = Date.now();
    await stage.submit([aCall(0, { due: now + 1_000 }), aCall(1, { due: now + 30 * MINUTE }), aCall(2, { due: now + 30 * MINUTE + 1 })]);
    await stage.submit([aCall(3, { due: now + 5 * 60 * MINUTE })]);
    await stage.submit([aCall(4, { due: now + 3 * 24 * 60 * MINUTE })]);
    await stage.crash();
    const seen: number[][] = [];
    for (const [wait, expected] of [
      [999, []],
      [1, [0]],
      [30 * MINUTE - 1_000, [1]],
      [1, [2]],
      [4 * 60 * MINUTE, []],
      [30 * MINUTE, [3]],
    ] as const) {
      pass(wait);
      const grant = await stage.claim();
      seen.push(numbers(grant));
      expect(seen.at(-1)).toEqual(expected);
      await stage.crash();
      await stage.finish(grant);
    }
    while ((await stage.armed()) !== null && seen.flat().length < 5) {
      await stage.alarm();
      const grant = await stage.claim();
      seen.push(numbers(grant));
      await stage.finish(grant);
    }
    expect(seen.flat()).toEqual([0, 1, 2, 3, 4]);
    expect(Date.now()).toBe(now + 3 * 24 * 60 * MINUTE);
  });

  it("takes a submit, a claim and a report after it as before", async () => {
    const stage = new Stage();
    const ids: string[] = [];
    await stage.broker.sweep();
    for (let round = 0; round < 3; round++) {
      await stage.crash();
      ids.push(...(await stage.submit([aCall(round)])));
      await stage.crash();
      const grant = await stage.claim();
      expect(numbers(grant)).toEqual([round]);
      await stage.crash();
      await stage.finish(grant);
    }
    expect(new Set(ids).size).toBe(3);
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
  });
});

describe("an object that was evicted when it had nothing to wait for", () => {
  it("knows its tasks and its ids again, and gives no page number twice", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    await stage.finish(await stage.claim());
    await stage.evict();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS"]);
    const [next = ""] = await stage.submit(calls(1));
    expect(ids).not.toContain(next);
    expect(await stage.states([...ids, next])).toEqual(["SUCCESS", "SUCCESS", "PENDING"]);
  });

  it("reads a book that the version before wrote, whose index knew no priority", async () => {
    const stage = new Stage();
    const [low = "", high = ""] = await stage.submit([aCall(0), aCall(1, { priority: 9 })]);
    await runInDurableObject(stage.stub, (_object, { storage }) => {
      storage.sql.exec("DROP INDEX page_waiting");
      storage.sql.exec("ALTER TABLE page DROP COLUMN priority");
      storage.sql.exec("ALTER TABLE page DROP COLUMN nonces");
      storage.sql.exec("CREATE INDEX page_due ON page (queue, due) WHERE due IS NOT NULL");
    });
    await stage.crash();
    expect((await stage.claim(1)).tasks.map(({ id }) => id)).toEqual([high]);
    expect((await stage.claim(1)).tasks.map(({ id }) => id)).toEqual([low]);
    await stage.submit([aCall(2)]);
    expect(numbers(await stage.claim(1))).toEqual([2]);
  });
});
