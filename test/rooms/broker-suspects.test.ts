import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const attempts = (grant: Grant) => grant.tasks.map(({ attempt }) => attempt);

/** So many tasks whose common lease was lost. */
async function suspects(count: number, config: Record<string, unknown> = {}): Promise<{ stage: Stage; ids: string[] }> {
  const stage = new Stage(config);
  const ids = await stage.submit(calls(count));
  await stage.claim(count);
  await stage.lapse();
  stage.bells();
  return { stage, ids };
}

describe("tasks that come back from a lost lease", () => {
  it("are started one after another: the next when the one before has ended, with its report", async () => {
    const { stage } = await suspects(3);
    const first = await stage.claim();
    expect([numbers(first), numbers(await stage.claim())]).toEqual([[0], []]);
    const second = await stage.finish(first, 9);
    expect([numbers(second), attempts(second)]).toEqual([[1], [2]]);
    expect(numbers(await stage.claim())).toEqual([]);
  });

  it("do not wait longer than a second for one another, and the bell rings then", async () => {
    const { stage } = await suspects(2);
    await stage.claim();
    pass(999);
    expect(numbers(await stage.claim())).toEqual([]);
    stage.bells();
    pass(1);
    await stage.broker.sweep();
    expect(stage.bells()).toHaveLength(1);
    expect(numbers(await stage.claim())).toEqual([1]);
  });

  it("are all started within some ten seconds when they are more than one consumer's", async () => {
    const { stage } = await suspects(300, { worker_concurrency: 100 });
    const started: number[] = [];
    for (let claim = 0; claim < 300; claim++) {
      started.push(...numbers(await stage.claim()));
      pass(34);
    }
    expect(started).toHaveLength(300);
  });

  it("wait a whole lease for one that was lost alone, which comes last", async () => {
    const { stage } = await suspects(3);
    await stage.claim();
    await stage.lapse();
    const second = await stage.claim();
    pass(1_000);
    const third = await stage.claim();
    expect([numbers(second), numbers(third)]).toEqual([[1], [2]]);
    pass(13_999);
    for (const { lease } of [second, third]) await stage.renew(lease ?? "");
    pass(1_000);
    expect(numbers(await stage.claim())).toEqual([]);
    pass(1);
    const again = await stage.claim();
    expect([numbers(again), attempts(again)]).toEqual([[0], [3]]);
  });

  it("are not blamed for what was granted after them: of leases lost together the last one counts", async () => {
    const { stage, ids } = await suspects(2, { worker_lost_limit: 1 });
    const innocent = await stage.claim();
    pass(10_000);
    await stage.claim();
    await stage.renew(innocent.lease ?? "");
    await stage.crash();
    await stage.broker.sweep();
    await stage.lapse();
    expect(await stage.states(ids)).toEqual(["PENDING", "FAILURE"]);
    const again = await stage.claim();
    expect([numbers(again), attempts(again)]).toEqual([[0], [3]]);
    await stage.finish(again);
    expect(await stage.states(ids)).toEqual(["SUCCESS", "FAILURE"]);
  });

  it("fail after as many losses as the configuration says, and the error says how many", async () => {
    const { stage, ids } = await suspects(1, { worker_lost_limit: 1, worker_lost_wait: 15 });
    await stage.claim();
    await stage.lapse();
    const { state, result } = await stage.record(ids[0] ?? "");
    expect([state, JSON.parse(result ?? "")]).toEqual([
      "FAILURE",
      {
        exc_type: "WorkerLostError",
        exc_message: ["The consumer was lost once while it ran this task alone."],
        exc_module: "billiard.exceptions",
      },
    ]);
  });

  it("come back when the configured time has passed", async () => {
    const stage = new Stage({ worker_lost_wait: 60 });
    await stage.submit(calls(1));
    expect((await stage.claim()).leaseMilliseconds).toBe(60_000);
    pass(59_999);
    expect(numbers(await stage.claim())).toEqual([]);
    pass(1);
    expect(attempts(await stage.claim())).toEqual([2]);
  });
});
