import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const attempts = (grant: Grant) => grant.tasks.map(({ attempt }) => attempt);

describe("a lease", () => {
  it("is kept by renewals, and is no longer held once it was lost", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    const { lease } = await stage.claim();
    for (let renewal = 0; renewal < 5; renewal++) {
      pass(14_999);
      expect(await stage.renew(lease ?? "")).toEqual({ held: true, leaseMilliseconds: 15_000 });
    }
    await stage.lapse();
    expect((await stage.renew(lease ?? "")).held).toBe(false);
    expect((await stage.renew("never")).held).toBe(false);
  });

  it("runs on from a report as long as its answer says, also when that grants nothing", async () => {
    const stage = new Stage();
    await stage.submit(calls(4));
    const { lease, tasks } = await stage.claim();
    const [one, two, three] = tasks;
    if (one === undefined || two === undefined || three === undefined) throw new Error("expected three tasks");
    pass(10_000);
    expect(await stage.report(lease, [ended(one)], { room: 3 })).toMatchObject({ lease, leaseMilliseconds: 15_000, tasks: [] });
    pass(10_000);
    expect(await stage.report(lease, [ended(two)], { nonce: "n" })).toMatchObject({ lease, tasks: [] });
    pass(10_000);
    expect(await stage.report(lease, [ended(two)], { nonce: "n" })).toMatchObject({ lease, tasks: [] });
    pass(10_000);
    expect((await stage.renew(lease ?? "")).held).toBe(true);
  });

  it("that is lost gives its slots back: each is granted alone, with the next attempt", async () => {
    const stage = new Stage();
    await stage.submit(calls(3));
    await stage.claim(2);
    await stage.lapse();
    const first = await stage.claim();
    const second = await stage.claim();
    expect([numbers(first), attempts(first), numbers(second), attempts(second)]).toEqual([[0], [2], [2], [1]]);
    pass(1_000);
    const third = await stage.claim();
    expect([numbers(third), attempts(third)]).toEqual([[1], [2]]);
    expect(numbers(await stage.report(first.lease, [], { room: 5 }))).toEqual([]);
  });

  it("that is lost is made good by any call, without a sweep", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    await stage.claim();
    pass(15_000);
    expect(attempts(await stage.claim())).toEqual([2]);
  });

  it("that held one task alone three times in vain fails it with WorkerLostError, and that one only", async () => {
    const stage = new Stage();
    const [poison = "", good = ""] = await stage.submit(calls(2));
    await stage.claim();
    await stage.lapse();
    const first = await stage.claim();
    pass(1_000);
    await stage.finish(await stage.claim());
    for (const attempt of [2, 3, 4]) {
      const grant = attempt === 2 ? first : await stage.claim();
      expect([numbers(grant), attempts(grant), await stage.states([poison])]).toEqual([[0], [attempt], ["PENDING"]]);
      await stage.crash();
      await stage.broker.sweep();
      await stage.lapse();
      await stage.crash();
    }
    const { state, result } = await stage.record(poison);
    expect([state, JSON.parse(result ?? "").exc_type]).toEqual(["FAILURE", "WorkerLostError"]);
    expect(await stage.states([good])).toEqual(["SUCCESS"]);
    expect((await stage.claim()).tasks).toEqual([]);
    expect(await stage.rows()).toEqual({ page: 1, outcome: 2 });
  });

  it("that was lost with others does not count toward WorkerLostError", async () => {
    const stage = new Stage();
    await stage.submit(calls(2));
    await stage.claim();
    await stage.lapse();
    const alone = await stage.claim();
    expect(numbers(await stage.finish(alone, 9))).toEqual([1]);
    expect(await stage.rows()).toMatchObject({ attempt: 2 });
  });
});

describe("an outcome that comes after its lease was lost", () => {
  it("counts while its slot waits for another attempt", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    const { lease, tasks } = await stage.claim();
    await stage.lapse();
    await stage.report(
      lease,
      tasks.map((task) => ended(task, "1")),
    );
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS"]);
    expect((await stage.claim()).tasks).toEqual([]);
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("counts after a crash too", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    const { lease, tasks } = await stage.claim();
    await stage.lapse();
    await stage.crash();
    await stage.report(
      lease,
      tasks.map((task) => ended(task, "1")),
    );
    await stage.crash();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS"]);
    expect((await stage.claim()).tasks).toEqual([]);
  });

  it("does not count once the slot is granted again; the new attempt's does", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const first = await stage.claim();
    await stage.lapse();
    const second = await stage.claim();
    await stage.finish(first);
    expect(await stage.states([id])).toEqual(["PENDING"]);
    await stage.report(
      second.lease,
      second.tasks.map((task) => ended(task, "22")),
    );
    await stage.finish(first);
    expect((await stage.record(id)).result).toBe("22");
  });

  it("does not count when a later attempt was lost too: only the last attempt's does", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const first = await stage.claim();
    await stage.lapse();
    const second = await stage.claim();
    await stage.lapse();
    await stage.finish(first);
    expect(await stage.states([id])).toEqual(["PENDING"]);
    await stage.report(
      second.lease,
      second.tasks.map((task) => ended(task, "22")),
    );
    expect((await stage.record(id)).result).toBe("22");
  });

  it("is answered with work under a new lease when there is room", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    const { lease, tasks } = await stage.claim();
    await stage.lapse();
    await stage.submit([aCall(5)]);
    const next = await stage.report(
      lease,
      tasks.map((task) => ended(task)),
      { room: 5 },
    );
    expect(numbers(next)).toEqual([5]);
    expect(next.lease).not.toBe(lease);
    expect(await stage.rows()).toEqual({ page: 2, lease: 1 });
  });
});

describe("a slot that waits for another attempt", () => {
  it("ends as REVOKED when it has expired meanwhile", async () => {
    const stage = new Stage();
    const ids = await stage.submit([aCall(0, { expires: Date.now() + 14_999 }), aCall(1)]);
    await stage.claim();
    await stage.lapse();
    expect(numbers(await stage.claim())).toEqual([1]);
    expect(await stage.states(ids)).toEqual(["REVOKED", "PENDING"]);
  });

  it("may be one of very many, and a late report ends them all", async () => {
    const stage = new Stage({ worker_concurrency: 1000 });
    const ids = await stage.submit(calls(5_000));
    const grants: Grant[] = [];
    for (let claim = 0; claim < 5; claim++) grants.push(await stage.claim(1_000));
    await stage.lapse();
    for (const grant of grants.reverse()) await stage.finish(grant);
    expect(await stage.states([ids[0] ?? "", ids[4_999] ?? ""])).toEqual(["SUCCESS", "SUCCESS"]);
    expect(await stage.rows()).toEqual({ page: 1, body: 1, outcome: 5 });
  });
});
