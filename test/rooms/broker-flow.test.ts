import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** Two consumers of five tasks each: a window of ten. */
const narrow = { max_concurrency: 2, worker_concurrency: 5 };

describe("the flow window", () => {
  it("is what consumers hold together, however many bells were doubled; a report makes room in it", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(30));
    const first = await stage.claim(5);
    expect(numbers(await stage.claim(5))).toEqual([5, 6, 7, 8, 9]);
    expect(await stage.claim(5)).toMatchObject({ lease: null, tasks: [] });
    const [one, two] = first.tasks.map((task) => ended(task));
    const more = await stage.report(
      first.lease,
      [one, two].flatMap((outcome) => outcome ?? []),
      { room: 5 },
    );
    expect(numbers(more)).toEqual([10, 11]);
  });

  it("bounds a consumer that asks for more than the configuration says", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(30));
    await stage.claim(3);
    expect((await stage.claim(100)).tasks).toHaveLength(7);
  });

  it("lets a higher priority take hold at once: what was not handed out is overtaken", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(30));
    const first = await stage.claim(5);
    await stage.claim(5);
    await stage.submit([aCall(99, { priority: 9 })]);
    expect(await stage.claim(5)).toMatchObject({ tasks: [] });
    expect(numbers(await stage.finish(first, 5))).toEqual([99, 10, 11, 12, 13]);
  });

  it("is each queue's own", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(20));
    await stage.submit(calls(20, { queue: "media" }));
    await stage.claim(10);
    expect((await stage.claim(10, "media claim", "media")).tasks).toHaveLength(10);
    expect((await stage.claim(1)).tasks).toEqual([]);
  });

  it("rings no bell while it is full, not for a claim that was given nothing either, and one when there is room again", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(30));
    const { lease, tasks } = await stage.claim(100);
    stage.bells();
    pass(1_000);
    await stage.claim(5);
    await stage.claim(5);
    await stage.broker.sweep();
    expect(stage.bells()).toEqual([]);
    await stage.report(
      lease,
      tasks.slice(0, 2).map((task) => ended(task)),
    );
    expect(stage.bells()).toHaveLength(1);
  });

  it("is as full after a crash as before, whether leases are noted in pages or have rows of their own", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(4));
    await stage.submit(calls(20));
    await stage.claim(4);
    await stage.claim(5);
    await stage.crash();
    expect((await stage.claim(5)).tasks).toHaveLength(1);
    expect((await stage.claim(5)).tasks).toEqual([]);
  });

  it("is free again when leases are lost, and counts what is then granted alone", async () => {
    const stage = new Stage({ max_concurrency: 2, worker_concurrency: 1 });
    await stage.submit(calls(4));
    await stage.claim(1);
    await stage.claim(1);
    await stage.lapse();
    expect(numbers(await stage.claim(1))).toEqual([0]);
    expect(numbers(await stage.claim(1))).toEqual([2]);
    expect(await stage.claim(1)).toMatchObject({ lease: null, tasks: [] });
  });

  it("counts a claim that is repeated once", async () => {
    const stage = new Stage(narrow);
    await stage.submit(calls(30));
    await stage.claim(6, "nonce");
    await stage.claim(6, "nonce");
    expect((await stage.claim(6)).tasks).toHaveLength(4);
  });
});
