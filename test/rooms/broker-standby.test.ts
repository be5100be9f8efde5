import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** A broker whose queue is empty again, and to which work came twice, so many milliseconds apart. */
async function emptied(apart: number, settings?: Record<string, unknown>): Promise<Stage> {
  const stage = new Stage(settings);
  for (const number of [100, 101]) {
    await stage.submit([aCall(number)]);
    await stage.finish(await stage.claim());
    pass(apart);
  }
  stage.bells();
  return stage;
}

describe("a consumer that finds nothing while work is expected", () => {
  it("stays, and is given what comes by the commit that writes it down, without a bell", async () => {
    const stage = await emptied(300);
    const claim = stage.claim(10);
    await stage.submit(calls(3));
    expect(numbers(await claim)).toEqual([0, 1, 2]);
    expect(stage.bells()).toEqual([]);
  });

  it("is told that there is nothing when nothing comes", async () => {
    const stage = await emptied(20);
    expect(await stage.claim(10)).toMatchObject({ lease: null, tasks: [] });
  });

  it("does not stay where work is rare: the bell rings", async () => {
    const stage = await emptied(1_000);
    expect(await stage.claim(10)).toMatchObject({ lease: null, tasks: [] });
    await stage.submit(calls(1));
    expect(stage.bells()).toHaveLength(1);
  });

  it("is given no more than it has room for, and the bell rings for the rest", async () => {
    const stage = await emptied(300, { worker_concurrency: 10 });
    const claim = stage.claim(4);
    await stage.submit(calls(10));
    expect(numbers(await claim)).toEqual([0, 1, 2, 3]);
    pass(30);
    await vi.waitFor(() => expect(stage.bells()).toHaveLength(1));
  });

  it("is one of several, each of which is given something, the first to come first", async () => {
    const stage = await emptied(300);
    const [first, second, third] = [stage.claim(2), stage.claim(2), stage.claim(2)];
    await stage.submit(calls(3));
    expect([numbers(await first), numbers(await second)]).toEqual([[0, 1], [2]]);
    await stage.submit([aCall(7)]);
    expect(numbers(await third)).toEqual([7]);
  });

  it("is answered the same when it asks again because its answer was lost", async () => {
    const stage = await emptied(300);
    const claim = stage.claim(10, "nonce");
    await stage.submit(calls(2));
    expect(await stage.claim(10, "nonce")).toEqual(await claim);
  });
});

describe("a consumer that asks again while it stays", () => {
  it("is one consumer: whichever of its calls is heard, the answer is the same", async () => {
    const stage = await emptied(300);
    const claims = [stage.claim(10, "nonce"), stage.claim(10, "nonce")];
    await stage.submit(calls(2));
    expect((await Promise.all(claims)).map(numbers)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

describe("a consumer of tasks that are known to be short", () => {
  it("is given as many as it takes, beyond what runs at once", async () => {
    const stage = new Stage({ worker_concurrency: 10 });
    await stage.submit(calls(100));
    const consumer = { version: 1, queue: "celery", consumer: "celeriac@test", room: 10, most: 50 } as const;
    const first = await stage.broker.claim({ ...consumer, nonce: crypto.randomUUID() });
    expect(first.tasks).toHaveLength(10);
    const outcomes = first.tasks.map((task) => ended(task));
    const report = { ...consumer, lease: first.lease ?? "", outcomes, sequence: 1, nonce: crypto.randomUUID() };
    expect((await stage.broker.report(report)).tasks).toHaveLength(50);
    expect((await stage.claim(10)).tasks).toHaveLength(10);
  });
});
