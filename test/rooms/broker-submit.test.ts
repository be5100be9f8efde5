import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/core/call.ts";
import { addressOf } from "../../src/core/ids.ts";
import { aCall, calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const key = (name: string, fingerprint = "f"): Pick<Call, "idempotency"> => ({ idempotency: { key: name, fingerprint } });
const anId = () => crypto.randomUUID();

describe("submit", () => {
  it("answers ids in the order of the calls, each an address of its own task", async () => {
    const stage = new Stage();
    const list = [aCall(0), aCall(1, { queue: "media" }), aCall(2), aCall(3, { priority: 9 }), aCall(4)];
    const ids = await stage.submit(list);
    const records = await Promise.all(ids.map((id) => stage.record(id)));
    expect(records.map(({ line, queue, id, state }) => [line, queue, id, state])).toEqual(
      list.map(({ line, queue }, index) => [line, queue, ids[index], "PENDING"]),
    );
  });

  it("writes all that arrives while a commit is in flight on one page", async () => {
    const stage = new Stage();
    const answers = await stage.together(...calls(50).map((call): [Call[]] => [[call]]));
    const ids = answers.flatMap((answer) => (answer.ok ? answer.ids : []));
    expect(new Set(ids).size).toBe(50);
    expect(new Set(ids.map((id) => addressOf(id)?.page)).size).toBe(2);
    expect(await stage.rows()).toEqual({ page: 2 });
    expect(numbers(await stage.claim())).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it("does not touch other tasks' queues: what waits in one is not granted to another", async () => {
    const stage = new Stage();
    await stage.submit([aCall(1), aCall(2, { queue: "media" })]);
    expect(numbers(await stage.claim(100, anId(), "media"))).toEqual([2]);
    expect(numbers(await stage.claim())).toEqual([1]);
  });
});

describe("a submit sent again under its nonce", () => {
  it("is answered with the first ids, and nothing is written", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3), { nonce: "n" });
    expect(await stage.submit(calls(3), { nonce: "n", attempt: 2 })).toEqual(ids);
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("joins the first when that is still being written", async () => {
    const stage = new Stage();
    const [, first, again] = await stage.together([[aCall(9)]], [calls(2), { nonce: "n" }], [calls(2), { nonce: "n", attempt: 2 }]);
    expect(again).toEqual(first);
    expect(numbers(await stage.claim())).toEqual([9, 0, 1]);
  });

  it("is known after the object crashed, and after its tasks have ended", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3), { nonce: "n" });
    await stage.crash();
    expect(await stage.submit(calls(3), { nonce: "n", attempt: 2 })).toEqual(ids);
    await stage.finish(await stage.claim());
    await stage.crash();
    expect(await stage.submit(calls(3), { nonce: "n", attempt: 3 })).toEqual(ids);
    expect((await stage.claim()).tasks).toEqual([]);
  });

  it("is known when it was split over pages, by queue, due class and size, and shared them with others", async () => {
    const stage = new Stage();
    const large = "x".repeat(150_000);
    const list = [
      aCall(0, { line: `{"task":"a","args":["${large}"]}` }),
      aCall(1, { queue: "media" }),
      aCall(2, { line: `{"task":"a","args":["${large}"]}` }),
      aCall(3, { due: Date.now() + 60_000 }),
      aCall(4),
    ];
    const answers = await stage.together([[aCall(7)]], [[aCall(8)]], [list, { nonce: "n" }], [[aCall(9)]]);
    await stage.crash();
    expect(await stage.send(list, { nonce: "n", attempt: 2 })).toEqual(answers[2]);
  });

  it("is answered with the same duplicates as the first time", async () => {
    const stage = new Stage();
    const [earlier] = await stage.submit([aCall(0, key("old"))]);
    const list = [aCall(0, key("old")), aCall(1, key("new")), aCall(1, key("new")), aCall(2)];
    const first = await stage.send(list, { nonce: "n" });
    expect(first).toMatchObject({ ok: true, duplicates: [0, 2] });
    if (first.ok) expect([first.ids[0], first.ids[2]]).toEqual([earlier, first.ids[1]]);
    await stage.crash();
    expect(await stage.send(list, { nonce: "n", attempt: 2 })).toEqual(first);
  });

  it("is a new one after ten minutes", async () => {
    const stage = new Stage();
    const sentAt = Date.now();
    const ids = await stage.submit(calls(1), { nonce: "n", sentAt });
    pass(600_000);
    expect(await stage.submit(calls(1), { nonce: "n", sentAt, attempt: 2 })).toEqual(ids);
    pass(1);
    expect(await stage.submit(calls(1), { nonce: "n", sentAt, attempt: 2 })).not.toEqual(ids);
  });
});

describe("a task id of the caller's", () => {
  it("names the task: in the answer, in the grant, in the result", async () => {
    const stage = new Stage();
    const taskId = anId();
    expect(await stage.submit([aCall(0), aCall(1, { taskId })])).toMatchObject({ 1: taskId });
    expect((await stage.claim()).tasks[1]?.id).toBe(taskId);
    expect(await stage.record(taskId)).toMatchObject({ id: taskId, line: aCall(1).line });
  });

  it("is refused when it is taken: earlier, in the same submit, in the same commit", async () => {
    const stage = new Stage();
    const taskId = anId();
    const other = anId();
    const refused = { ok: false, code: "task_id_taken", index: 1 };
    expect(await stage.send([aCall(0, { taskId: other }), aCall(1, { taskId: other })])).toMatchObject(refused);
    const [, first, second] = await stage.together([[aCall(0)]], [[aCall(1, { taskId })]], [[aCall(2), aCall(3, { taskId })]]);
    expect([first?.ok, second]).toMatchObject([true, refused]);
    await stage.crash();
    expect(await stage.send([aCall(2), aCall(3, { taskId })])).toMatchObject(refused);
    expect(numbers(await stage.claim())).toEqual([0, 1]);
  });

  it("is refused when it is an id that the broker gave to another task", async () => {
    const stage = new Stage();
    const [given = ""] = await stage.submit([aCall(0)]);
    expect(await stage.send([aCall(1, { taskId: given })])).toMatchObject({ ok: false, code: "task_id_taken", index: 0 });
  });

  it("stands for the first call when it is derived from it (`onceOnly`)", async () => {
    const stage = new Stage();
    const call = aCall(0, { taskId: anId(), onceOnly: true });
    await stage.submit([call]);
    expect(await stage.send([call])).toEqual({ ok: true, ids: [call.taskId], duplicates: [0] });
    await stage.crash();
    expect(await stage.send([aCall(1), call])).toMatchObject({ ok: true, duplicates: [1] });
    expect(numbers(await stage.claim())).toEqual([0, 1]);
  });
});

describe("an idempotency key", () => {
  it("answers the same call with the first task, under the id its caller knows it by", async () => {
    const stage = new Stage();
    const taskId = anId();
    await stage.submit([aCall(0, { ...key("k"), taskId })]);
    expect(await stage.send([aCall(0, key("k"))])).toEqual({ ok: true, ids: [taskId], duplicates: [0] });
    expect(await stage.send([aCall(0, { ...key("k"), taskId })])).toEqual({ ok: true, ids: [taskId], duplicates: [0] });
    await stage.crash();
    expect(await stage.send([aCall(0, key("k"))])).toEqual({ ok: true, ids: [taskId], duplicates: [0] });
    expect(await stage.rows()).toEqual({ page: 1, alias: 1, idempotency: 1 });
  });

  it("takes no task id for a call that it answers with an earlier task", async () => {
    const stage = new Stage();
    const taskId = anId();
    const [earlier] = await stage.submit([aCall(0, key("k"))]);
    const answer = await stage.send([aCall(0, { ...key("k"), taskId, onceOnly: true }), aCall(1, { taskId, onceOnly: true })]);
    expect(answer).toEqual({ ok: true, ids: [earlier, taskId], duplicates: [0] });
    expect((await stage.record(taskId)).line).toBe(aCall(1).line);
  });

  it("refuses another call, within one submit, within one commit and later", async () => {
    const stage = new Stage();
    const mismatch = { ok: false, code: "idempotency_mismatch", index: 1 };
    expect(await stage.send([aCall(0, key("k")), aCall(1, key("k", "other"))])).toMatchObject(mismatch);
    const [, first, second] = await stage.together([[aCall(0)]], [[aCall(1, key("k"))]], [[aCall(2), aCall(3, key("k", "other"))]]);
    expect([first?.ok, second]).toMatchObject([true, mismatch]);
    expect(await stage.send([aCall(2), aCall(3, key("k", "other"))])).toMatchObject(mismatch);
    expect(numbers(await stage.claim())).toEqual([0, 1]);
  });

  it("is free again after 24 hours, for good", async () => {
    const stage = new Stage();
    const [first] = await stage.submit([aCall(0, key("k"))]);
    pass(86_400_000 - 1);
    expect(await stage.submit([aCall(0, key("k"))])).toEqual([first]);
    pass(1);
    const [second] = await stage.submit([aCall(1, key("k", "other"))]);
    expect(second).not.toBe(first);
    await stage.finish(await stage.claim());
    pass(86_400_000 - 1);
    await stage.alarm();
    expect(await stage.submit([aCall(1, key("k", "other"))])).toEqual([second]);
  });
});

describe("a key that is held for less than a day", () => {
  it("stands for the first call so long, and then for none", async () => {
    const stage = new Stage();
    const brief = { idempotency: { key: "k", fingerprint: "unique", seconds: 60 } };
    const [first] = await stage.submit([aCall(0, brief)]);
    pass(60_000 - 1);
    expect(await stage.send([aCall(1, brief)])).toEqual({ ok: true, ids: [first], duplicates: [0] });
    pass(1);
    expect(await stage.send([aCall(2, brief)])).toMatchObject({ ok: true, duplicates: [] });
    expect(numbers(await stage.claim())).toEqual([0, 2]);
  });
});

describe("a submit that is refused", () => {
  it("leaves no rows and no names, and touches no other submit of the same commit", async () => {
    const stage = new Stage();
    const [taken, fresh] = [anId(), anId()];
    await stage.submit([aCall(0, { taskId: taken })]);
    const bad = [aCall(1, { taskId: fresh, ...key("k") }), aCall(2), aCall(3, { taskId: taken })];
    const [, refused, first, second] = await stage.together(
      [[aCall(4)]],
      [bad],
      [[aCall(5, { taskId: fresh })]],
      [[aCall(6, key("k", "another"))]],
    );
    expect([refused?.ok, first?.ok, second?.ok]).toEqual([false, true, true]);
    expect(numbers(await stage.claim())).toEqual([0, 4, 5, 6]);
    expect(await stage.rows()).toEqual({ page: 3, alias: 2, idempotency: 1, lease: 1 });
  });
});
