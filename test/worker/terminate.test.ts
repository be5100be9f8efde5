import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TaskRevokedError } from "../../src/core/errors.ts";
import { FakeBroker } from "./fake-broker.ts";
import { aGate, aLog, aLoop, settle } from "./stage.ts";

const START = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A handler that never ends by itself, and notes when and why its signal was aborted. */
function untilAborted(aborts: { at: number; reason: unknown }[]) {
  return ({ signal }: { signal: AbortSignal }) =>
    new Promise(() => {
      signal.addEventListener("abort", () => aborts.push({ at: Date.now() - START, reason: signal.reason }));
    });
}

describe("a task that is terminated", () => {
  it("sees its signal abort at once, with the reason, once it has run for a second", async () => {
    const broker = new FakeBroker();
    const aborts: { at: number; reason: unknown }[] = [];
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, { "tasks.slow": untilAborted(aborts) }).work();
    await vi.advanceTimersByTimeAsync(1_100);
    broker.terminate([{ page: 1, slot: 0, attempt: 1 }]);
    await vi.advanceTimersByTimeAsync(5_000);
    await work;
    expect(aborts.map(({ at }) => at)).toEqual([1_100]);
    expect(aborts[0]?.reason).toBeInstanceOf(TaskRevokedError);
    expect(aborts[0]?.reason).toMatchObject({ message: "terminated" });
    expect(broker.outcomes.map(({ slot, state }) => [slot, state])).toEqual([[0, "REVOKED"]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("frees its place, while its neighbours run on and are listened for", async () => {
    const broker = new FakeBroker();
    const aborts: { at: number; reason: unknown }[] = [];
    broker.add({ task: "tasks.slow" }, { task: "tasks.slow" }, { task: "tasks.next" });
    const next = vi.fn();
    const work = aLoop(broker, { "tasks.slow": untilAborted(aborts), "tasks.next": next }, { concurrency: 2 }).work();
    await vi.advanceTimersByTimeAsync(1_500);
    broker.terminate([{ page: 1, slot: 0, attempt: 1 }]);
    await settle();
    expect([next.mock.calls.length, aborts.length]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(100);
    broker.terminate([{ page: 1, slot: 1, attempt: 1 }]);
    await vi.advanceTimersByTimeAsync(5_000);
    await work;
    expect(aborts.map(({ at }) => at)).toEqual([1_500, 1_600]);
  });

  it("is not reported again when its handler ends later", async () => {
    const broker = new FakeBroker();
    const log = aLog("info");
    const gate = aGate<string>();
    broker.add({ task: "tasks.deaf" });
    const work = aLoop(broker, { "tasks.deaf": () => gate.promise }, { log }).work();
    await vi.advanceTimersByTimeAsync(1_100);
    broker.terminate([{ page: 1, slot: 0, attempt: 1 }]);
    await settle();
    gate.open("too late");
    await work;
    expect(broker.outcomes.map(({ state }) => state)).toEqual(["REVOKED"]);
    expect(log.lines.filter((line) => line.includes("succeeded"))).toEqual([]);
  });

  it("has a moment to clean up before the consumer leaves, and no more", async () => {
    const broker = new FakeBroker();
    broker.add({ task: "tasks.tidy" }, { task: "tasks.deaf" });
    let tidied = 0;
    const tidy = async ({ signal }: { signal: AbortSignal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await new Promise((resolve) => setTimeout(resolve, 300));
      tidied = Date.now() - START;
    };
    let left = 0;
    void aLoop(broker, { "tasks.tidy": tidy, "tasks.deaf": () => new Promise(() => {}) })
      .work()
      .then(() => {
        left = Date.now() - START;
      });
    await vi.advanceTimersByTimeAsync(1_100);
    broker.terminate([
      { page: 1, slot: 0, attempt: 1 },
      { page: 1, slot: 1, attempt: 1 },
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([tidied, left]).toEqual([1_400, 6_100]);
  });

  it("is not started when it still waits for a place", async () => {
    const broker = new FakeBroker();
    broker.short = true;
    broker.add(...Array.from({ length: 3 }, () => ({ task: "tasks.slow" })));
    const gate = aGate();
    const slow = vi.fn(() => gate.promise);
    const work = aLoop(broker, { "tasks.slow": slow }, { concurrency: 1 }).work();
    await vi.advanceTimersByTimeAsync(1_100);
    broker.terminate([{ page: 1, slot: 1, attempt: 1 }]);
    gate.open();
    await vi.advanceTimersByTimeAsync(15_000);
    void work;
    expect(slow).toHaveBeenCalledTimes(2);
  });

  it("is another attempt's business when the attempt is another one", async () => {
    const broker = new FakeBroker();
    const aborts: { at: number; reason: unknown }[] = [];
    broker.add({ task: "tasks.slow" });
    void aLoop(broker, { "tasks.slow": untilAborted(aborts) }).work();
    await vi.advanceTimersByTimeAsync(1_100);
    broker.terminate([{ page: 1, slot: 0, attempt: 2 }]);
    await settle();
    expect([aborts.length, broker.reports.length]).toEqual([0, 0]);
  });
});

describe("the call that listens for news", () => {
  it("is not made for tasks that end within a second", async () => {
    const broker = new FakeBroker();
    broker.add(...Array.from({ length: 100 }, () => ({ task: "tasks.nap" })));
    const work = aLoop(broker, { "tasks.nap": () => new Promise((resolve) => setTimeout(resolve, 990)) }).work();
    await vi.advanceTimersByTimeAsync(2_000);
    await work;
    expect([broker.outcomes.length, broker.renewals.length]).toEqual([100, 0]);
  });

  it("is one call at a time, and not made again at once when the broker does not wait", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    let open = 0;
    broker.news = async (_shard, { lease }) => {
      broker.renewals.push(lease);
      open += 1;
      expect(open).toBe(1);
      await settle();
      open -= 1;
      return { held: true, leaseMilliseconds: 15_000, aborted: [] };
    };
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, { "tasks.slow": () => gate.promise }).work();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(broker.renewals).toHaveLength(3);
    gate.open();
    await work;
  });

  it("listens to a long task beside which short ones are reported all the time", async () => {
    const broker = new FakeBroker();
    const aborts: { at: number; reason: unknown }[] = [];
    broker.add({ task: "tasks.slow" }, ...Array.from({ length: 30 }, () => ({ task: "tasks.nap" })));
    const nap = () => new Promise((resolve) => setTimeout(resolve, 300));
    void aLoop(broker, { "tasks.slow": untilAborted(aborts), "tasks.nap": nap }, { concurrency: 2 }).work();
    await vi.advanceTimersByTimeAsync(4_000);
    broker.terminate([{ page: 1, slot: 0, attempt: 1 }]);
    await settle();
    expect(aborts.map(({ at }) => at)).toEqual([4_000]);
  });
});
