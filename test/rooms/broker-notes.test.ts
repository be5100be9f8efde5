import { reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant, GrantedTask } from "../../src/broker/api.ts";
import type { Again, Outcome } from "../../src/core/result.ts";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const ERROR = '{"exc_type":"Busy","exc_message":["later"],"exc_module":""}';
const MINUTE = 60_000;

/** A report that a task is to be retried after so many milliseconds. */
function retried(task: GrantedTask, after: number, again: Partial<Again> = {}): Outcome {
  const { page, slot, attempt, retries = 0 } = task;
  const told = { page, slot, attempt, result: ERROR, traceback: "at busy", startedAt: Date.now(), endedAt: Date.now() };
  return { ...told, state: "RETRY", again: { due: Date.now() + after, retries: retries + 1, ...again } };
}

/** A report that ends an attempt in a state that takes no result. */
function left(task: GrantedTask, state: "REJECTED" | "IGNORED"): Outcome {
  const { page, slot, attempt } = task;
  return { page, slot, attempt, state, result: "null", traceback: null, startedAt: Date.now(), endedAt: Date.now() };
}

function only(grant: Grant): GrantedTask {
  const [task] = grant.tasks;
  if (task === undefined || grant.tasks.length > 1) throw new Error(`expected one task, got ${grant.tasks.length}`);
  return task;
}

/** Claims one task and reports what became of it. */
async function run(stage: Stage, outcome: (task: GrantedTask) => Outcome, queue = "celery"): Promise<GrantedTask> {
  const grant = await stage.claim(1, crypto.randomUUID(), queue);
  const task = only(grant);
  await stage.report(grant.lease, [outcome(task)], { queue });
  return task;
}

async function tell(stage: Stage, { lease }: Grant, { page, slot, attempt }: GrantedTask, state: string, meta: unknown): Promise<boolean> {
  const request = { version: 1 as const, lease: lease ?? "none", page, slot, attempt, state, meta: JSON.stringify(meta) };
  return (await stage.broker.update(request)).held;
}

describe("a retry", () => {
  it("shows RETRY with its error while it waits, then grants the next attempt with the retries counted", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    await run(stage, (task) => retried(task, 5_000));
    const due = Date.now() + 5_000;
    expect(await stage.record(id)).toMatchObject({
      state: "RETRY",
      result: ERROR,
      traceback: "at busy",
      retries: 1,
      eta: due,
      doneAt: null,
    });
    expect((await stage.claim()).tasks).toEqual([]);
    pass(5_000);
    const task = await run(stage, (again) => ended(again, "7"));
    expect(task).toMatchObject({ id, attempt: 2, retries: 1, due, line: aCall().line });
    expect(await stage.record(id)).toMatchObject({ state: "SUCCESS", result: "7", retries: 1, eta: null });
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("keeps every attempt with its times and its error, also lost and rejected ones, until the task has ended and after", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const at = Date.now();
    await run(stage, (task) => retried(task, 5_000));
    const retry = { state: "RETRY", worker: expect.any(String), startedAt: at, endedAt: at, error: "Busy: later" };
    expect((await stage.record(id)).past).toEqual([retry]);
    await stage.crash();
    pass(5_000);
    await run(stage, (task) => left(task, "REJECTED"));
    await stage.claim();
    const granted = Date.now();
    expect((await stage.record(id)).past).toMatchObject([retry, { state: "REJECTED", startedAt: at + 5_000 }]);
    await stage.lapse();
    const lost = { state: "LOST", startedAt: granted, endedAt: Date.now() };
    await stage.crash();
    await run(stage, (task) => ended(task, "7"));
    const { past, state } = await stage.record(id);
    expect([state, past?.length, past?.[2]]).toMatchObject(["SUCCESS", 3, lost]);
    await stage.crash();
    expect((await stage.record(id)).past).toEqual(past);
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("that is due at once is granted at once, at the end of the line", async () => {
    const stage = new Stage();
    await stage.submit(calls(2));
    const first = await stage.claim(1);
    const next = await stage.report(first.lease, [retried(only(first), 0)], { room: 9 });
    expect(numbers(next)).toEqual([1, 0]);
    expect(next.tasks.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("survives a reset while it waits, near or far, and is granted once", async () => {
    for (const after of [5_000, 90 * MINUTE]) {
      const stage = new Stage();
      const [id = ""] = await stage.submit([aCall()]);
      await run(stage, (task) => retried(task, after));
      await stage.crash();
      expect(await stage.record(id)).toMatchObject({ state: "RETRY", retries: 1 });
      pass(after - 1);
      expect((await stage.claim()).tasks).toEqual([]);
      pass(1);
      await stage.crash();
      const grant = await stage.claim();
      expect(only(grant)).toMatchObject({ id, attempt: 2, retries: 1 });
      expect((await stage.claim()).tasks).toEqual([]);
      await stage.crash();
      expect((await stage.claim()).tasks).toEqual([]);
      await stage.finish(grant);
      expect(await stage.rows()).toEqual({ page: 1 });
    }
  });

  it("wakes the object at its instant", async () => {
    const stage = new Stage();
    await stage.submit([aCall()]);
    await run(stage, (task) => retried(task, 90 * MINUTE));
    const due = Date.now() + 90 * MINUTE;
    // The alarm that stood behind the lease fires first.
    await stage.alarm();
    stage.bells();
    expect(await stage.armed()).toBe(due);
    await stage.alarm();
    expect(stage.bells()).toEqual([{ queue: "celery", shard: stage.shard }]);
  });

  it("may bring other arguments, another queue and another priority, which stay for the attempts after it", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const line = aCall(8).line;
    await run(stage, (task) => retried(task, 1_000, { line, queue: "other", priority: 9 }));
    await stage.crash();
    pass(1_000);
    expect((await stage.claim()).tasks).toEqual([]);
    expect(await run(stage, (task) => retried(task, 0), "other")).toMatchObject({ id, line, attempt: 2 });
    await stage.crash();
    await stage.submit([aCall(1, { queue: "other", priority: 8 })]);
    const grant = await stage.claim(2, "n", "other");
    expect([numbers(grant), grant.tasks[0]?.retries]).toEqual([[8, 1], 2]);
  });

  it("keeps a long line, and a short one after it", async () => {
    const stage = new Stage();
    await stage.submit([aCall()]);
    const line = `{"task":"tasks.add","args":[${"1,".repeat(50_000)}1]}`;
    await run(stage, (task) => retried(task, 0, { line }));
    await stage.crash();
    expect(await run(stage, (task) => retried(task, 0, { line: aCall(3).line }))).toMatchObject({ line, attempt: 2 });
    await stage.crash();
    expect(await run(stage, ended)).toMatchObject({ line: aCall(3).line, attempt: 3 });
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("is not started after its task has expired", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall(0, { expires: Date.now() + 10_000 })]);
    await run(stage, (task) => retried(task, 10_001));
    pass(10_001);
    expect((await stage.claim()).tasks).toEqual([]);
    expect(await stage.record(id)).toMatchObject({ state: "REVOKED", retries: 1 });
  });

  it("counts once, however often and late it is reported", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const grant = await stage.claim();
    const outcome = retried(only(grant), 0);
    await stage.report(grant.lease, [outcome], { nonce: "n" });
    await stage.report(grant.lease, [outcome], { nonce: "n" });
    const second = await stage.claim();
    await stage.report(grant.lease, [outcome]);
    expect(await stage.record(id)).toMatchObject({ retries: 1 });
    expect((await stage.claim()).tasks).toEqual([]);
    await stage.finish(second);
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
  });

  it("of a lost lease counts while its task waits to be granted anew, and one that was granted anew does not", async () => {
    const stage = new Stage();
    await stage.submit([aCall()]);
    const grant = await stage.claim();
    await stage.lapse();
    await stage.report(grant.lease, [retried(only(grant), 0)]);
    const second = await stage.claim();
    expect(only(second)).toMatchObject({ attempt: 2, retries: 1 });
    await stage.lapse();
    const third = await stage.claim();
    await stage.report(second.lease, [retried(only(second), 0)]);
    expect(only(third)).toMatchObject({ attempt: 3, retries: 1 });
    expect((await stage.claim()).tasks).toEqual([]);
  });

  it("lets the other tasks of its page run on", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3));
    const grant = await stage.claim();
    const [first, second, third] = grant.tasks as [GrantedTask, GrantedTask, GrantedTask];
    await stage.report(grant.lease, [retried(first, 10 * MINUTE), ended(second)]);
    await stage.crash();
    await stage.report(grant.lease, [ended(third)]);
    expect(await stage.states(ids)).toEqual(["RETRY", "SUCCESS", "SUCCESS"]);
    pass(10 * MINUTE);
    expect(only(await stage.claim())).toMatchObject({ id: ids[0], attempt: 2 });
  });

  it("writes two rows and reads few, and a far one leaves nothing in memory", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    const near = await stage.claim();
    const cost = await stage.cost(() => stage.report(near.lease, [retried(only(near), 1_000)]));
    expect(cost.written).toBe(1);
    pass(1_000);
    const far = await stage.claim();
    const moved = await stage.cost(() => stage.report(far.lease, [retried(only(far), 90 * MINUTE)]));
    expect([moved.written, moved.read < 10]).toEqual([1 + 2, true]);
    const unfinished = await stage.cost(() => stage.broker.sweep());
    expect(unfinished.written).toBe(0);
  });
});

describe("a book of the version before, which knew of slots only their attempts", () => {
  it("is read, and what came back from a lost lease is known", async () => {
    const stage = new Stage();
    await stage.submit([aCall()]);
    await stage.claim();
    await stage.lapse();
    await runInDurableObject(stage.stub, (_broker, { storage }) => {
      for (const column of ["note", "line", "state", "result", "traceback"]) storage.sql.exec(`ALTER TABLE attempt DROP COLUMN ${column}`);
      storage.sql.exec("DROP TABLE changed_line");
    });
    await stage.crash();
    const task = await run(stage, (again) => retried(again, 0, { line: aCall(5).line }));
    expect(task.attempt).toBe(2);
    expect(numbers(await stage.claim())).toEqual([5]);
  });
});

describe("a rejected attempt", () => {
  it("is granted again as it was, behind the others, and counts toward nothing", async () => {
    const stage = new Stage({ worker_lost_limit: 1 });
    const ids = await stage.submit(calls(2));
    const first = await stage.claim(1);
    const next = await stage.report(first.lease, [left(only(first), "REJECTED")], { room: 9 });
    expect([numbers(next), next.tasks.map(({ attempt, retries }) => [attempt, retries])]).toEqual([
      [1, 0],
      [
        [1, undefined],
        [2, undefined],
      ],
    ]);
    expect(await stage.states(ids)).toEqual(["PENDING", "PENDING"]);
  });

  it("survives a reset", async () => {
    const stage = new Stage();
    await stage.submit([aCall()]);
    await run(stage, (task) => left(task, "REJECTED"));
    await stage.crash();
    expect(only(await stage.claim())).toMatchObject({ attempt: 2 });
  });

  it("ends as FAILURE when its task is never started twice", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall(0, { atMostOnce: true })]);
    await run(stage, (task) => left(task, "REJECTED"));
    const { state, result } = await stage.record(id);
    expect([state, JSON.parse(result ?? "").exc_type]).toEqual(["FAILURE", "Reject"]);
  });
});

describe("a state that a task gives itself", () => {
  it("is read at once, and wakes nobody who waits for the end", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const grant = await stage.claim();
    expect(await tell(stage, grant, only(grant), "PROGRESS", { done: 3 })).toBe(true);
    expect(await stage.record(id)).toMatchObject({ state: "PROGRESS", result: '{"done":3}', doneAt: null });
    expect(await stage.broker.results([id])).toMatchObject([{ record: { state: "PROGRESS" } }]);
    await stage.crash();
    expect(await stage.record(id)).toMatchObject({ state: "PROGRESS" });
    const waiting = stage.broker.result(id, 20);
    await tell(stage, grant, only(grant), "PROGRESS", { done: 4 });
    await stage.finish(grant);
    expect(await waiting).toMatchObject({ record: { state: "SUCCESS", result: "3" } });
  });

  it("is refused when the attempt holds its task no more", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const grant = await stage.claim();
    await stage.lapse();
    expect(await tell(stage, grant, only(grant), "PROGRESS", 1)).toBe(false);
    const again = await stage.claim();
    expect(await tell(stage, grant, only(grant), "PROGRESS", 1)).toBe(false);
    expect(await stage.states([id])).toEqual(["PENDING"]);
    await stage.finish(again);
    expect(await tell(stage, again, only(again), "PROGRESS", 1)).toBe(false);
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
  });

  it("is gone with the next outcome, and with a lost lease", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const states: string[] = [];
    for (const end of [(task: GrantedTask) => retried(task, 0), (task: GrantedTask) => left(task, "REJECTED")]) {
      const grant = await stage.claim();
      await tell(stage, grant, only(grant), "PROGRESS", 1);
      states.push(...(await stage.states([id])));
      await stage.report(grant.lease, [end(only(grant))]);
      states.push(...(await stage.states([id])));
    }
    const grant = await stage.claim();
    await tell(stage, grant, only(grant), "PROGRESS", 1);
    await stage.lapse();
    states.push(...(await stage.states([id])));
    expect(states).toEqual(["PROGRESS", "RETRY", "PROGRESS", "PENDING", "PENDING"]);
    expect(only(await stage.claim())).toMatchObject({ attempt: 4, retries: 1 });
  });

  it("that is a final one does not end it before its attempt has ended", async () => {
    const stage = new Stage({ task_track_started: true });
    const [id = ""] = await stage.submit([aCall()]);
    const grant = await stage.claim();
    await tell(stage, grant, only(grant), "SUCCESS", 1);
    expect(await stage.states([id])).toEqual(["STARTED"]);
  });

  it("is what an ignored attempt ends as", async () => {
    const stage = new Stage();
    const ends: unknown[] = [];
    for (const [state, meta] of [["SUCCESS", 5], ["FAILURE", JSON.parse(ERROR)], ["PROGRESS", { done: 3 }], []] as [string?, unknown?][]) {
      const [id = ""] = await stage.submit([aCall()]);
      const grant = await stage.claim();
      if (state !== undefined) await tell(stage, grant, only(grant), state, meta);
      await stage.report(grant.lease, [left(only(grant), "IGNORED")]);
      const record = await stage.record(id);
      ends.push([record.state, JSON.parse(record.result ?? "")]);
    }
    expect(ends).toEqual([
      ["SUCCESS", 5],
      ["FAILURE", JSON.parse(ERROR)],
      ["SUCCESS", { done: 3 }],
      ["SUCCESS", null],
    ]);
  });

  it("and its meta take no more than a result does", async () => {
    const stage = new Stage();
    await stage.submit([aCall()]);
    const grant = await stage.claim();
    await expect(tell(stage, grant, only(grant), "PROGRESS", "x".repeat(1_000_000))).rejects.toThrow("at most 1000000 bytes");
    expect(await tell(stage, grant, only(grant), "PROGRESS", "é".repeat(490_000))).toBe(true);
  });
});

describe("a task that is never started twice", () => {
  it("fails when its consumer is lost, and its neighbours are granted again", async () => {
    const stage = new Stage();
    const ids = await stage.submit([aCall(0, { atMostOnce: true }), aCall(1)]);
    await stage.claim();
    await stage.lapse();
    const { state, result } = await stage.record(ids[0] ?? "");
    expect([state, JSON.parse(result ?? "").exc_type]).toEqual(["FAILURE", "WorkerLostError"]);
    expect(numbers(await stage.claim())).toEqual([1]);
  });

  it("may still be retried when it asks for it", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall(0, { atMostOnce: true })]);
    await run(stage, (task) => retried(task, 0));
    expect(await run(stage, ended)).toMatchObject({ attempt: 2, retries: 1 });
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
  });
});

describe("what is kept of a task that has ended", () => {
  it("names the tasks that it called", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall()]);
    const children = ["a", "b"];
    await run(stage, (task) => ({ ...ended(task), children }));
    expect(await stage.record(id)).toMatchObject({ children, retries: 0 });
  });

  it("says STARTED while it runs when its call asks for that, whatever the configuration says", async () => {
    for (const [task_track_started, own] of [
      [false, true],
      [true, false],
    ]) {
      const stage = new Stage({ task_track_started });
      const [id = ""] = await stage.submit([aCall(0, { line: `{"task":"tasks.add","track_started":${own}}` })]);
      await stage.claim();
      expect(await stage.states([id])).toEqual([own ? "STARTED" : "PENDING"]);
    }
  });
});

describe("forget", () => {
  it("takes the result of an ended task from disk, and leaves its neighbours", async () => {
    for (const parts of [1, 2]) {
      const stage = new Stage();
      const [first = "", second = ""] = await stage.submit(calls(2));
      expect(await stage.broker.forget(first)).toBe("unfinished");
      const grant = await stage.claim();
      const outcomes = grant.tasks.map((task) => ended(task, '"a secret"'));
      for (let part = 0; part < parts; part++)
        await stage.report(grant.lease, outcomes.slice((part * 2) / parts, ((part + 1) * 2) / parts));
      await stage.record(first);
      expect(await stage.broker.forget(first)).toBe("forgotten");
      expect(await stage.broker.result(first, 0)).toEqual({ found: false, why: "expired" });
      expect(await stage.broker.forget(first)).toBe("expired");
      expect(await stage.record(second)).toMatchObject({ result: '"a secret"' });
      await stage.broker.forget(second);
      expect(await stage.outcomes()).not.toContain("secret");
    }
  });

  it("is told what it cannot forget: an id that was never given, a result that has expired", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    await stage.finish(await stage.claim());
    expect(await stage.client().forget(crypto.randomUUID())).toBe("unknown");
    pass(86_400_001);
    expect(await stage.client().forget(id)).toBe("expired");
  });

  it("is done once by a client whose connection breaks", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    await stage.finish(await stage.claim());
    expect(await stage.client().forget(id)).toBe("forgotten");
    expect(await stage.client().forget(id)).toBe("expired");
  });
});
