import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, ended, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const SECOND = 1_000;
const HOUR = 3_600_000;

describe("result", () => {
  it("does not know an id that was never given: another tag, a slot or page beyond, another shard, no id at all", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const other = (digit: string) => (digit === "0" ? "1" : "0");
    const forged = [
      id.slice(0, -1) + other(id.slice(-1)),
      id.slice(0, 20) + other(id.charAt(20)) + id.slice(21),
      `${id.slice(0, 15)}001${id.slice(18)}`,
      `${id.slice(0, 11)}2${id.slice(12)}`,
      `ff${id.slice(2)}`,
      id.toUpperCase(),
      crypto.randomUUID(),
      "",
      "%00",
    ];
    for (const wrong of forged.filter((text) => text !== id)) {
      expect([wrong, await stage.broker.result(wrong, 0)]).toEqual([wrong, { found: false, why: "unknown" }]);
    }
  });

  it("tells what is known of a task while it waits and when it has ended", async () => {
    const stage = new Stage();
    const [due, expires] = [Date.now() + SECOND, Date.now() + HOUR];
    const [id = ""] = await stage.submit([aCall(3, { due, expires, queue: "media" })]);
    const waiting = { id, state: "PENDING", result: null, queue: "media", eta: due, expires, worker: null, startedAt: null, doneAt: null };
    expect(await stage.record(id)).toMatchObject({ ...waiting, line: aCall(3).line, receivedAt: Date.now(), retries: 0 });
    pass(SECOND);
    const { lease, tasks } = await stage.claim(1, "n", "media");
    await stage.report(
      lease,
      tasks.map((task) => ended(task, "4")),
    );
    const done = { state: "SUCCESS", result: "4", worker: "celeriac@test", startedAt: Date.now(), doneAt: Date.now(), eta: due };
    expect(await stage.record(id)).toMatchObject(done);
    await stage.crash();
    expect(await stage.record(id)).toMatchObject(done);
  });

  it("reads PENDING while a task runs, and STARTED where task_track_started is set, until it ends or its lease is lost", async () => {
    const plain = new Stage();
    const [waiting = ""] = await plain.submit(calls(1));
    await plain.claim();
    expect(await plain.states([waiting])).toEqual(["PENDING"]);
    const stage = new Stage({ task_track_started: true });
    const ids = await stage.submit(calls(3));
    const { lease, tasks } = await stage.claim(2);
    expect(await stage.states(ids)).toEqual(["STARTED", "STARTED", "PENDING"]);
    expect(await stage.record(ids[0] ?? "")).toMatchObject({ worker: "celeriac@test", startedAt: Date.now() });
    await stage.report(
      lease,
      tasks.slice(0, 1).map((task) => ended(task)),
    );
    await stage.crash();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "STARTED", "PENDING"]);
    await stage.lapse();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "PENDING", "PENDING"]);
  });
});

describe("a wait", () => {
  it("ends with the task, however it ends", async () => {
    const stage = new Stage();
    const [good = "", bad = "", late = ""] = await stage.submit([aCall(0), aCall(1), aCall(2, { expires: Date.now() + 1 })]);
    const waits = [good, bad, late, good].map((id) => stage.broker.result(id, 30));
    pass(2);
    const { lease, tasks } = await stage.claim();
    await stage.report(
      lease,
      tasks.map((task, index) => ended(task, "1", index === 0 ? "SUCCESS" : "FAILURE")),
    );
    const states = (await Promise.all(waits)).map((lookup) => lookup.found && lookup.record.state);
    expect(states).toEqual(["SUCCESS", "FAILURE", "REVOKED", "SUCCESS"]);
  });

  it("answers with the task as it is when its time is over, and at once when it asks for none", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    for (const seconds of [0, -1, 0.02])
      expect(await stage.broker.result(id, seconds)).toMatchObject({ found: true, record: { state: "PENDING" } });
  });

  it("is had with a submit too, and by both when the submit was sent twice", async () => {
    const stage = new Stage();
    const submits = [
      stage.send(calls(1), { nonce: "n", waitSeconds: 30 }),
      stage.send(calls(1), { nonce: "n", attempt: 2, waitSeconds: 30 }),
    ];
    await vi.waitFor(() => expect(stage.bells()).toHaveLength(1));
    await stage.finish(await stage.claim());
    for (const answer of await Promise.all(submits)) expect(answer).toMatchObject({ ok: true, record: { state: "SUCCESS", result: "3" } });
  });
});

describe("expiry", () => {
  it("makes a result unreadable when result_expires has passed since its own end, though its page is still there", async () => {
    const stage = new Stage({ result_expires: 100 });
    const ids = await stage.submit(calls(2));
    const { lease, tasks } = await stage.claim();
    await stage.report(
      lease,
      tasks.slice(0, 1).map((task) => ended(task)),
    );
    pass(50 * SECOND);
    await stage.renew(lease ?? "");
    pass(50 * SECOND - 1);
    expect(await stage.states(ids)).toEqual(["SUCCESS", "PENDING"]);
    pass(1);
    expect(await stage.broker.result(ids[0] ?? "", 0)).toEqual({ found: false, why: "expired" });
    expect(await stage.states(ids.slice(1))).toEqual(["PENDING"]);
  });

  it("deletes a page with everything that belongs to it, and its ids are known as expired", async () => {
    const stage = new Stage();
    const taskId = crypto.randomUUID();
    const large = "x".repeat(50_000);
    const list = [
      aCall(0, { taskId }),
      aCall(1, { idempotency: { key: "k", fingerprint: "f" } }),
      aCall(2, { line: `{"task":"t","args":["${large}"]}` }),
    ];
    const ids = await stage.submit(list);
    const { lease, tasks } = await stage.claim();
    await stage.report(
      lease,
      tasks.slice(0, 1).map((task) => ended(task)),
    );
    await stage.report(
      lease,
      tasks.slice(1).map((task) => ended(task)),
    );
    expect(await stage.rows()).toEqual({ page: 1, body: 1, outcome: 2, alias: 1, idempotency: 1 });
    while (await stage.alarm()) expect(stage.alarms().length).toBeLessThan(3);
    expect(await stage.rows()).toEqual({});
    expect(await stage.broker.result(ids[1] ?? "", 0)).toEqual({ found: false, why: "expired" });
    expect(await stage.broker.result(taskId, 0)).toEqual({ found: false, why: "unknown" });
    expect(await stage.send([aCall(0, { taskId })])).toMatchObject({ ok: true, ids: [taskId] });
  });

  it("comes within an hour after result_expires, and does not end with what it cannot delete yet", async () => {
    const stage = new Stage({ result_expires: 7_200 });
    await stage.submit([aCall(0)]);
    await stage.finish(await stage.claim());
    await stage.submit([aCall(1, { due: Date.now() + 10 * HOUR })]);
    await stage.submit([aCall(2)]);
    await stage.finish(await stage.claim());
    for (let hour = 0; hour < 3; hour++) {
      pass(HOUR + SECOND);
      await stage.alarm();
    }
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("deletes a page that was unfinished when the sweep passed it in its own time, also after a crash", async () => {
    const stage = new Stage({ result_expires: 3_600 });
    const [id = ""] = await stage.submit([aCall(0, { due: Date.now() + 10 * HOUR })]);
    const [soon = ""] = await stage.submit([aCall(1)]);
    await stage.finish(await stage.claim());
    pass(3 * HOUR);
    await stage.alarm();
    expect([await stage.rows(), (await stage.broker.result(soon, 0)).found]).toEqual([{ page: 1 }, false]);
    await stage.crash();
    pass(7 * HOUR);
    await stage.finish(await stage.claim());
    expect(await stage.rows()).toEqual({ page: 1, late: 1 });
    pass(HOUR - 1);
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
    while (await stage.alarm()) expect(Date.now()).toBeLessThan(Date.now() + 100 * HOUR);
    expect(await stage.rows()).toEqual({});
  });

  it("keeps a page for its idempotency keys, unreadable, for 24 hours", async () => {
    const stage = new Stage({ result_expires: 60 });
    const call = aCall(0, { idempotency: { key: "k", fingerprint: "f" } });
    const [id = ""] = await stage.submit([call]);
    await stage.finish(await stage.claim());
    pass(HOUR);
    await stage.alarm();
    expect(await stage.submit([call])).toEqual([id]);
    expect(await stage.broker.result(id, 0)).toEqual({ found: false, why: "expired" });
    while (await stage.alarm()) expect(await stage.rows()).not.toEqual({ late: 1 });
    expect(await stage.rows()).toEqual({});
  });

  it("deletes very many pages in slices, each armed later than the last", async () => {
    const stage = new Stage({ result_expires: 60, worker_concurrency: 1000 });
    await stage.pages(1_200);
    for (let grant = await stage.claim(1_000); grant.lease !== null; grant = await stage.finish(grant, 1_000));
    pass(HOUR);
    stage.alarms();
    let fired = 0;
    for (; (await stage.rows()).page !== undefined; fired++) expect(await stage.alarm()).toBe(true);
    expect(fired).toBeGreaterThanOrEqual(3);
    expect(await stage.rows()).toEqual({});
    const armed = stage.alarms();
    expect(armed).toEqual([...new Set(armed)].toSorted((a, b) => a - b));
  });
});
