import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/core/call.ts";
import { aCall, calls, numbers, pass, START, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

/** Limits of one task a second, unless told otherwise. */
function rated(perSecond = 1, name = "tasks.add"): Partial<Call> {
  return { limits: { name, perSecond } };
}

/** At most `most` of a key at once. */
function keyed(key: string, most = 1): Partial<Call> {
  return { limits: { name: "tasks.add", concurrency: { key, most } } };
}

/** An operator sets the rate of `tasks.add`. */
async function setRate(stage: Stage, perSecond: number | null | undefined): Promise<void> {
  await stage.broker.limit({ version: 1, name: "tasks.add", perSecond, nonce: crypto.randomUUID() });
}

describe("a rate limit", () => {
  it("lets one task start at once, and the next ones as tokens come", async () => {
    const stage = new Stage();
    await stage.submit(calls(10, rated(10)));
    expect(numbers(await stage.claim())).toEqual([0]);
    expect(numbers(await stage.claim())).toEqual([]);
    pass(100);
    expect(numbers(await stage.claim())).toEqual([1]);
    pass(200);
    expect(numbers(await stage.claim())).toEqual([2, 3]);
  });

  it("holds nobody up who is not under it", async () => {
    const stage = new Stage();
    await stage.submit(calls(5, rated(1)));
    await stage.submit(calls(3, {}).map((call) => ({ ...call, queue: "celery" })));
    expect(numbers(await stage.claim())).toEqual([0, 0, 1, 2]);
  });

  it("rings nobody while there is no token", async () => {
    const stage = new Stage();
    await stage.submit(calls(2, rated(0.1)));
    await stage.finish(await stage.claim());
    stage.bells();
    pass(9_000);
    await stage.broker.sweep();
    expect(stage.bells()).toEqual([]);
    expect(await stage.armed()).toBeLessThanOrEqual(START + 15_000);
    pass(1_000);
    await stage.broker.sweep();
    expect(stage.bells()).toHaveLength(1);
  });

  it("is one over all queues of a shard", async () => {
    const stage = new Stage({ task_queues: ["other"] });
    await stage.submit([aCall(0, rated()), aCall(1, { ...rated(), queue: "other" })]);
    expect(numbers(await stage.claim())).toEqual([0]);
    expect(numbers(await stage.claim(100, undefined, "other"))).toEqual([]);
    pass(1_000);
    expect(numbers(await stage.claim(100, undefined, "other"))).toEqual([1]);
  });

  it("is what was said of it last", async () => {
    const stage = new Stage();
    await stage.submit(calls(4, rated(1)));
    expect(numbers(await stage.claim())).toEqual([0]);
    await stage.submit([aCall(4, rated(10))]);
    pass(100);
    expect(numbers(await stage.claim())).toEqual([1]);
  });

  it("gives no token to a task that has expired", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0, { ...rated(), expires: START + 10 }), aCall(1, rated()), aCall(2, rated())]);
    pass(11);
    expect(numbers(await stage.claim())).toEqual([1]);
  });

  it("of more than one a second begins without a token after a reset", async () => {
    const stage = new Stage();
    await stage.submit(calls(3, rated(10)));
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([]);
    pass(100);
    expect(numbers(await stage.claim())).toEqual([0]);
  });

  it("of few a minute goes on after a reset where it stood", async () => {
    const stage = new Stage();
    await stage.submit(calls(3, rated(0.1)));
    expect(numbers(await stage.claim())).toEqual([0]);
    pass(6_000);
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([]);
    pass(4_000);
    expect(numbers(await stage.claim())).toEqual([1]);
  });

  it("is shared by the shards where calls do not go to its home", async () => {
    const stage = new Stage({ broker_shards: 4 });
    await stage.submit(calls(3, rated(4)));
    expect(numbers(await stage.claim())).toEqual([0]);
    pass(999);
    expect(numbers(await stage.claim())).toEqual([]);
    pass(1);
    expect(numbers(await stage.claim())).toEqual([1]);
  });

  it("does not hold with worker_disable_rate_limits", async () => {
    const stage = new Stage({ worker_disable_rate_limits: true });
    await stage.submit(calls(3, rated(0.1)));
    expect(numbers(await stage.claim())).toEqual([0, 1, 2]);
  });

  it("keeps a consumer on the line until the next token, and gives it to it without a bell", async () => {
    const stage = new Stage();
    await stage.submit(calls(3, rated(10)));
    await stage.finish(await stage.claim());
    stage.bells();
    const standing = stage.claim();
    await vi.waitFor(() => expect(stage.bells()).toEqual([]));
    pass(100);
    await stage.broker.sweep();
    expect(numbers(await standing)).toEqual([1]);
    expect(stage.bells()).toEqual([]);
  });

  it("lets a task that was lost with its consumer start again as tokens come", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall(0, rated(0.01))]);
    expect(numbers(await stage.claim())).toEqual([0]);
    await stage.lapse();
    expect(numbers(await stage.claim())).toEqual([]);
    pass(85_000);
    await stage.finish(await stage.claim());
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
  });
});

describe("a concurrency limit", () => {
  it("lets so many of a key run at once, and the next when one ends", async () => {
    const stage = new Stage();
    await stage.submit(calls(4, keyed("a", 2)));
    const grant = await stage.claim();
    expect(numbers(grant)).toEqual([0, 1]);
    expect(numbers(await stage.claim())).toEqual([]);
    expect(numbers(await stage.finish(grant, 100))).toEqual([2, 3]);
  });

  it("lets keys take turns", async () => {
    const stage = new Stage();
    await stage.submit([
      ...calls(3, keyed("a", 9)),
      ...calls(2, keyed("b", 9)).map((call) => ({ ...call, line: call.line.replace("[", "[1") })),
    ]);
    expect(numbers(await stage.claim(3))).toEqual([0, 10, 1]);
  });

  it("lets a key go on behind many that are full", async () => {
    const stage = new Stage();
    const keys = Array.from({ length: 30 }, (_, key) => String(key));
    await stage.submit(keys.flatMap((key) => calls(2, keyed(key))));
    expect((await stage.claim()).tasks).toHaveLength(30);
    // A consumer that was given work just now will ask for more by itself.
    pass(100);
    stage.bells();
    await stage.submit([aCall(7, keyed("new"))]);
    expect(stage.bells()).toHaveLength(1);
    expect(numbers(await stage.claim())).toEqual([7]);
  });

  it("rings again when a place becomes free", async () => {
    const stage = new Stage();
    await stage.submit(calls(2, keyed("a")));
    const grant = await stage.claim();
    stage.bells();
    await stage.finish(grant);
    expect(stage.bells()).toHaveLength(1);
  });

  it("counts what leases hold after a reset", async () => {
    const stage = new Stage();
    await stage.submit(calls(3, keyed("a", 2)));
    const grant = await stage.claim(1);
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([1]);
    expect(numbers(await stage.claim())).toEqual([]);
    expect(numbers(await stage.finish(grant, 100))).toEqual([2]);
  });

  it("frees the place of a task that was lost", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2, keyed("a")));
    expect(numbers(await stage.claim())).toEqual([0]);
    await stage.lapse();
    for (let round = 0; round < 2; round++) await stage.finish(await stage.claim());
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS"]);
  });
});

describe("a rate that an operator has set", () => {
  it("wins over what calls say, also after a reset, until it is taken away", async () => {
    const stage = new Stage();
    await setRate(stage, 10);
    await stage.submit(calls(9, rated(0.1)));
    expect(numbers(await stage.claim())).toEqual([0]);
    pass(100);
    expect(numbers(await stage.claim())).toEqual([1]);
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([]);
    pass(100);
    expect(numbers(await stage.claim())).toEqual([2]);
    await setRate(stage, undefined);
    pass(5_000);
    expect(numbers(await stage.claim())).toEqual([]);
    await setRate(stage, null);
    expect(numbers(await stage.claim())).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it("holds for a task that has no limit of its own, once it is called anew", async () => {
    const stage = new Stage();
    await setRate(stage, 1);
    await stage.submit([...calls(2), aCall(7, { line: '{"task":"tasks.other","args":[7,1]}' })]);
    expect(numbers(await stage.claim())).toEqual([0, 7]);
    pass(1_000);
    expect(numbers(await stage.claim())).toEqual([1]);
  });
});

describe("a paused queue", () => {
  it("hands nothing out and rings nobody until it is resumed", async () => {
    const stage = new Stage();
    await stage.broker.pause("celery", crypto.randomUUID());
    await stage.submit(calls(2));
    expect(numbers(await stage.claim())).toEqual([]);
    expect(stage.bells()).toEqual([]);
    await stage.broker.resume("celery", crypto.randomUUID());
    expect(stage.bells()).toHaveLength(1);
    expect(numbers(await stage.claim())).toEqual([0, 1]);
  });

  it("stays paused after a reset, and lets what runs end", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(2));
    const grant = await stage.claim(1);
    await stage.broker.pause("celery", crypto.randomUUID());
    await stage.crash();
    expect(numbers(await stage.finish(grant, 100))).toEqual([]);
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
    expect((await stage.broker.stats()).queues).toMatchObject([{ queue: "celery", ready: 1, leased: 0, paused: true }]);
  });

  it("stays resumed when the order to pause it arrives once more", async () => {
    const stage = new Stage();
    const nonce = crypto.randomUUID();
    await stage.broker.pause("celery", nonce);
    await stage.broker.resume("celery", crypto.randomUUID());
    await stage.broker.pause("celery", nonce);
    await stage.submit(calls(1));
    expect(numbers(await stage.claim())).toEqual([0]);
  });

  it("holds up no other", async () => {
    const stage = new Stage({ task_queues: ["other"] });
    await stage.broker.pause("celery", crypto.randomUUID());
    await stage.submit([aCall(0), aCall(1, { queue: "other" })]);
    expect(stage.bells()).toMatchObject([{ queue: "other" }]);
    expect(numbers(await stage.claim(100, undefined, "other"))).toEqual([1]);
  });
});

describe("time limits that an operator sets", () => {
  const set = (stage: Stage, limits: { soft?: number | null; hard?: number | null }) =>
    stage.broker.timeLimit({ version: 1, name: "tasks.add", ...limits, nonce: crypto.randomUUID() });

  it("come with what is granted, also after a reset, until they are taken away", async () => {
    const stage = new Stage();
    await stage.submit(calls(3));
    expect((await stage.claim(1)).timeLimits).toBeUndefined();
    await set(stage, { soft: 30, hard: null });
    await stage.crash();
    expect((await stage.claim(1)).timeLimits).toEqual({ "tasks.add": { soft: 30, hard: null } });
    await set(stage, {});
    expect((await stage.claim(1)).timeLimits).toBeUndefined();
  });
});
