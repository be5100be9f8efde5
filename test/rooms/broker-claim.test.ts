import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

describe("claim", () => {
  it("gives the highest priority first, then the oldest", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0), aCall(1, { priority: 3 }), aCall(2, { priority: 9 })]);
    await stage.submit([aCall(3, { priority: 9 }), aCall(4), aCall(5, { priority: 3 })]);
    expect(numbers(await stage.claim(4))).toEqual([2, 3, 1, 5]);
    expect(numbers(await stage.claim(4))).toEqual([0, 4]);
  });

  it("gives no more than there is room for, and nothing and no lease when nothing is ready", async () => {
    const stage = new Stage();
    await stage.submit(calls(5));
    expect(numbers(await stage.claim(0))).toEqual([]);
    expect(numbers(await stage.claim(2))).toEqual([0, 1]);
    expect(numbers(await stage.claim(9))).toEqual([2, 3, 4]);
    expect(await stage.claim(9)).toMatchObject({ lease: null, tasks: [] });
    expect(await stage.rows()).toEqual({ page: 1, lease: 2 });
  });

  it("gives about 2,000,000 characters of lines, and one task however large it is", async () => {
    const stage = new Stage();
    const large = (size: number) => ({ line: `{"task":"tasks.add","args":["${"x".repeat(size)}"]}` });
    await stage.submit(Array.from({ length: 20 }, () => aCall(0, large(900_000))));
    const sizes = [];
    for (let grant = await stage.claim(); grant.tasks.length > 0; grant = await stage.claim()) sizes.push(grant.tasks.length);
    expect(sizes).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  it("tells of a task what its consumer needs: line, id, attempt, due and expiry", async () => {
    const stage = new Stage();
    const expires = Date.now() + 60_000;
    const [id] = await stage.submit([aCall(7, { expires })]);
    const { tasks, leaseMilliseconds } = await stage.claim();
    expect(tasks).toEqual([{ page: 1, slot: 0, attempt: 1, id, line: aCall(7).line, expires }]);
    expect(leaseMilliseconds).toBe(15_000);
  });

  it("ends as REVOKED what has expired, and never grants it; up to the very instant it may be granted, as in Celery", async () => {
    const stage = new Stage();
    const ids = await stage.submit([aCall(0, { expires: Date.now() + 9 }), aCall(1), aCall(2, { expires: Date.now() + 10 })]);
    pass(10);
    expect(numbers(await stage.claim())).toEqual([1, 2]);
    const { state, result, worker } = await stage.record(ids[0] ?? "");
    expect([state, JSON.parse(result ?? ""), worker]).toEqual([
      "REVOKED",
      { exc_type: "TaskRevokedError", exc_message: ["expired"], exc_module: "celery.exceptions" },
      null,
    ]);
    await stage.crash();
    expect((await stage.claim()).tasks).toEqual([]);
  });

  it("looks past any number of expired tasks a bounded number at a time, and rings for the rest", async () => {
    const stage = new Stage({ worker_concurrency: 10 });
    await stage.submit(calls(5_000, { expires: Date.now() + 10 }));
    await stage.submit([aCall(1)]);
    pass(6_000);
    stage.bells();
    let claims = 0;
    let tasks: number[] = [];
    while (tasks.length === 0 && claims < 50) {
      tasks = numbers(await stage.claim(10));
      claims += 1;
      if (claims === 1) expect(stage.bells()).toHaveLength(20);
    }
    expect(tasks).toEqual([1]);
    expect(claims).toBeGreaterThan(1);
  });
});

describe("a claim sent again under its nonce", () => {
  it("gets the same grant, also after a crash, and takes nothing more", async () => {
    const stage = new Stage();
    await stage.submit(calls(4));
    const grant = await stage.claim(2, "nonce");
    expect(await stage.claim(2, "nonce")).toEqual(grant);
    await stage.crash();
    expect(await stage.claim(2, "nonce")).toEqual(grant);
    expect(await stage.rows()).toEqual({ page: 1, lease: 1 });
    expect(numbers(await stage.claim())).toEqual([2, 3]);
  });
});

describe("report", () => {
  it("stores outcomes and gives the next tasks under the same lease", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3));
    const first = await stage.claim(2);
    const [one, two] = first.tasks;
    if (one === undefined || two === undefined) throw new Error("expected two tasks");
    const next = await stage.report(first.lease, [ended(one, "41"), ended(two, '{"exc_type":"E"}', "FAILURE")], { room: 5 });
    expect([next.lease, numbers(next)]).toEqual([first.lease, [2]]);
    expect(await stage.record(ids[0] ?? "")).toMatchObject({ state: "SUCCESS", result: "41", worker: "celeriac@test", doneAt: Date.now() });
    expect(await stage.record(ids[1] ?? "")).toMatchObject({ state: "FAILURE", result: '{"exc_type":"E"}' });
    expect(await stage.finish(next)).toMatchObject({ lease: null, tasks: [] });
    expect(await stage.rows()).toEqual({ page: 1, outcome: 2 });
  });

  it("sent again under its nonce gets the same grant, also after a crash, and leaks nothing", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(5));
    const { lease, tasks } = await stage.claim(2);
    const outcomes = tasks.map((task) => ended(task));
    const grant = await stage.report(lease, outcomes, { room: 2, nonce: "again" });
    expect(numbers(grant)).toEqual([2, 3]);
    expect(await stage.report(lease, outcomes, { room: 2, nonce: "again" })).toEqual(grant);
    await stage.crash();
    expect(await stage.report(lease, outcomes, { room: 2, nonce: "again" })).toEqual(grant);
    expect(numbers(await stage.finish(grant, 9))).toEqual([4]);
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS", "SUCCESS", "PENDING"]);
  });

  it("sent again after its lease had ended with it changes nothing", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const { lease, tasks } = await stage.claim();
    const outcomes = tasks.map((task) => ended(task, "1"));
    await stage.report(lease, outcomes, { nonce: "again" });
    const wrong = tasks.map((task) => ended(task, "2"));
    expect(await stage.report(lease, wrong, { nonce: "again" })).toMatchObject({ lease: null, tasks: [] });
    expect((await stage.record(id)).result).toBe("1");
  });

  it("refuses an outcome of another attempt, of a slot that is not held, of a lease that never was", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3));
    const { lease, tasks } = await stage.claim(2);
    const [held, other] = tasks;
    if (held === undefined || other === undefined) throw new Error("expected two tasks");
    await stage.report(lease, [
      ended({ ...held, attempt: 2 }),
      ended({ ...held, slot: 2 }),
      ended({ ...held, page: 99 }),
      ended({ ...held, slot: -1 }),
    ]);
    await stage.report("another", [ended(other)]);
    expect(await stage.states(ids)).toEqual(["PENDING", "PENDING", "PENDING"]);
    await stage.report(lease, [ended(held), ended(other)]);
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS", "PENDING"]);
  });

  it("grants nothing to a report that was overtaken by a later one: nobody waits for its answer", async () => {
    const stage = new Stage();
    await stage.submit(calls(4));
    const { lease, tasks } = await stage.claim(2);
    const [first, second] = tasks.map((task) => ended(task));
    if (first === undefined || second === undefined) throw new Error("expected two tasks");
    expect(numbers(await stage.report(lease, [first], { room: 1, sequence: 2 }))).toEqual([2]);
    expect(numbers(await stage.report(lease, [second], { room: 1, sequence: 1 }))).toEqual([]);
    expect(numbers(await stage.report(lease, [], { room: 1, sequence: 3 }))).toEqual([3]);
  });

  it("takes the first outcome of a slot for good, within one report and later", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(2));
    const { lease, tasks } = await stage.claim();
    const [task] = tasks;
    if (task === undefined) throw new Error("expected a task");
    await stage.report(lease, [ended(task, "1"), ended(task, "2")]);
    await stage.report(lease, [ended(task, "3", "FAILURE")]);
    await stage.crash();
    await stage.report(lease, [ended(task, "4")]);
    expect(await stage.record(id)).toMatchObject({ state: "SUCCESS", result: "1" });
    expect(await stage.rows()).toEqual({ page: 1, outcome: 1, lease: 1 });
  });

  it("keeps a task's odd results as they are", async () => {
    const stage = new Stage();
    const odd = ['{"__proto__":{"a":1}}', '"\\ud800"', '"a\\nb"', "1e+21", "null", `"${"x".repeat(300_000)}"`];
    const ids = await stage.submit(calls(odd.length));
    const { lease, tasks } = await stage.claim();
    await stage.report(
      lease,
      tasks.map((task, index) => ended(task, odd[index])),
    );
    await stage.crash();
    const results = [];
    for (const id of ids) results.push((await stage.record(id)).result);
    expect(results).toEqual(odd);
  });
});
