import { reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const PAGES = 6_000;
/** What a reset object reads of one queue, at most: the window, and the first few pages of each priority. */
const RESET_ROWS = 3_000;

/** Writes so many pages of one task each as if they had been submitted, numbered from 0, behind all that is there; then the object crashes. */
async function aBacklog(stage: Stage, { due = Date.now(), head = '{"v":1}' }: { due?: number; head?: string } = {}) {
  await stage.submit([aCall(0, { queue: "other" })]);
  await runInDurableObject(stage.stub, (_broker, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${PAGES - 1})
       INSERT INTO page (id, queue, due, created, count, head, body)
       SELECT 10000 + i, 'celery', ?, ?, 1, ?, '{"task":"tasks.add","args":[' || i || ',1]}' FROM n`,
      due,
      Date.now(),
      head,
    );
    storage.sql.exec("UPDATE meta SET value = '20000' WHERE key = 'pages'");
  });
  await stage.crash();
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe("a reset object in which very much waits", () => {
  it("reads no more than consumers may ask for, and then as much as they take, though all came in one instant", async () => {
    const stage = new Stage();
    await aBacklog(stage);
    let grant = await stage.claim(0);
    const first = await stage.cost(async () => {
      grant = await stage.claim(100);
    });
    expect(first.read).toBeLessThan(RESET_ROWS);
    for (let from = 100; from < 2_600; from += 500) {
      const { read } = await stage.cost(async () => {
        grant = await stage.finish(grant, 500);
      });
      expect(numbers(grant)).toEqual(range(from, from + 500));
      expect(read).toBeLessThan(2_000);
    }
  });

  it("reads no more when the etas of all have come meanwhile", async () => {
    const stage = new Stage();
    const due = Date.now() + 5_000;
    await aBacklog(stage, { due, head: `{"v":1,"due":{"0":${due}}}` });
    expect((await stage.claim()).tasks).toEqual([]);
    pass(5_000);
    await stage.crash();
    const { read } = await stage.cost(async () => expect(numbers(await stage.claim(100))).toEqual(range(0, 100)));
    expect(read).toBeLessThan(RESET_ROWS);
  });

  it("grants a higher priority first, wherever it lies", async () => {
    const stage = new Stage();
    await stage.submit(calls(3_000));
    await stage.submit(calls(3_000));
    await stage.submit([aCall(9_999, { priority: 9 })]);
    await stage.crash();
    await stage.submit([aCall(9_998, { priority: 9 })]);
    expect(numbers(await stage.claim(4))).toEqual([9_999, 9_998, 0, 1]);
  });

  it("grants a lower priority only when the higher one is taken, from memory and from disk", async () => {
    const stage = new Stage();
    await stage.submit([aCall(9_999)]);
    await stage.submit(calls(2_500, { priority: 5 }));
    await stage.submit(calls(2_500, { priority: 5 }));
    await stage.crash();
    const seen: number[] = [];
    for (let grant = await stage.claim(4_000); grant.tasks.length > 0; grant = await stage.finish(grant, 4_000))
      seen.push(...numbers(grant));
    expect(seen).toEqual([...range(0, 2_500), ...range(0, 2_500), 9_999]);
  });

  it("knows the leases of pages behind more of a higher priority than it reads", async () => {
    const stage = new Stage();
    await stage.submit([aCall(1)]);
    const held = await stage.claim();
    await stage.submit(calls(3_000, { priority: 9 }));
    await stage.crash();
    expect(await stage.renew(held.lease ?? "")).toMatchObject({ held: true });
    await stage.finish(held);
    expect(numbers(await stage.claim(1))).toEqual([0]);
  });
});

describe("repeats of submits", () => {
  it("that come in a swarm after a reset read the pages of the last minutes once", async () => {
    const stage = new Stage();
    await aBacklog(stage);
    await stage.claim(0);
    const ids = await stage.submit(calls(2), { nonce: "known" });
    const first = await stage.cost(() => stage.submit(calls(1), { nonce: "lost", attempt: 2 }));
    expect(first.read).toBeGreaterThan(PAGES);
    const more = await stage.cost(async () => {
      for (let repeat = 0; repeat < 10; repeat++) await stage.submit(calls(1), { nonce: `lost ${repeat}`, attempt: 2 });
      expect(await stage.submit(calls(2), { nonce: "known", attempt: 2 })).toEqual(ids);
    });
    expect(more.read).toBeLessThan(100);
    // What was written since it was read is found as well.
    const later = await stage.submit(calls(1), { nonce: "later" });
    expect(await stage.submit(calls(1), { nonce: "later", attempt: 2 })).toEqual(later);
    expect(await stage.submit(calls(1), { nonce: "lost", attempt: 2 })).toHaveLength(1);
  });

  it("that were sent long after another are found too", async () => {
    const stage = new Stage();
    const sentAt = Date.now();
    const early = await stage.submit(calls(2), { nonce: "early", sentAt });
    pass(300_000);
    const late = await stage.submit(calls(2), { nonce: "late" });
    expect(await stage.submit(calls(2), { nonce: "late", attempt: 2 })).toEqual(late);
    expect(await stage.submit(calls(2), { nonce: "early", attempt: 2, sentAt })).toEqual(early);
  });
});
