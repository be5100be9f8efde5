import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Counted } from "../../src/core/interval-ring.ts";
import { aCall, calls, ended, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** The last so many intervals of ten seconds of what is told. */
async function series(stage: Stage, name: Counted | "waiting", count: number, queue: string | null = null) {
  const intervals = await stage.client().looks.history({ over: "hour", queue, until: Date.now() });
  return intervals[name].slice(-count);
}

describe("the broker's history", () => {
  it("follows tasks from the submit to their end, by time and by queue", async () => {
    const stage = new Stage();
    await stage.submit(calls(3));
    expect(await series(stage, "received", 2)).toEqual([0, 3]);
    pass(30_000);
    const grant = await stage.claim(3);
    expect(await series(stage, "started", 4)).toEqual([0, 0, 0, 3]);
    expect(await series(stage, "waitSeconds", 1)).toEqual([90]);
    const now = Date.now();
    const [one, two, three] = grant.tasks.map((task) => ({ ...ended(task, "3"), startedAt: now, endedAt: now + 250 }));
    if (one === undefined || two === undefined || three === undefined) throw new Error("expected three tasks");
    await stage.report(grant.lease, [
      one,
      { ...two, state: "FAILURE" },
      { ...three, state: "RETRY", again: { due: now + 60_000, retries: 1 } },
    ]);
    expect(await series(stage, "succeeded", 2)).toEqual([0, 1]);
    expect(await series(stage, "failed", 2, "celery")).toEqual([0, 1]);
    expect(await series(stage, "retried", 1)).toEqual([1]);
    expect(await series(stage, "runSeconds", 1)).toEqual([0.5]);
    expect(await series(stage, "succeeded", 1, "slow")).toEqual([0]);
  });

  it("tells how many waited, also of a time in which nobody came, and costs no rows", async () => {
    const stage = new Stage();
    await stage.submit([...calls(4), aCall(4, { queue: "slow" })]);
    pass(25_000);
    const before = await stage.broker.stats();
    expect(await series(stage, "waiting", 4)).toEqual([null, 0, 5, 5]);
    expect(await series(stage, "waiting", 2, "slow")).toEqual([1, 1]);
    const { units } = await stage.broker.stats();
    expect([units.rowsRead, units.rowsWritten]).toEqual([before.units.rowsRead, before.units.rowsWritten]);
    await stage.finish(await stage.claim(4));
    pass(10_000);
    expect(await series(stage, "waiting", 2)).toEqual([5, 1]);
  });
});
