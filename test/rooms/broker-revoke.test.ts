import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant, Revocation } from "../../src/broker/api.ts";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const HOUR = 3_600_000;

const revoke = async (stage: Stage, ids: string[], terminate = false) =>
  (await stage.broker.revoke({ version: 1, ids, terminate })) as Revocation[];

/** State, and why it is REVOKED. */
async function endOf(stage: Stage, id: string): Promise<[state: string, why: string]> {
  const { state, result } = await stage.record(id);
  const document = JSON.parse(result ?? "null");
  return [state, document?.exc_type === "TaskRevokedError" ? document.exc_message[0] : ""];
}

const REVOKED = ["REVOKED", "revoked"];
const TERMINATED = ["REVOKED", "terminated"];

describe("a task that waits and is revoked", () => {
  it("ends as REVOKED at once and is not granted, while its neighbours are", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(5));
    expect(await revoke(stage, [ids[0] ?? "", ids[3] ?? ""])).toEqual(["revoked", "revoked"]);
    expect(await endOf(stage, ids[3] ?? "")).toEqual(REVOKED);
    expect(numbers(await stage.claim())).toEqual([1, 2, 4]);
    expect(await revoke(stage, [ids[0] ?? ""])).toEqual(["ended"]);
  });

  it("stays so when the object ends", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3));
    await revoke(stage, ids.slice(0, 1));
    await stage.crash();
    expect(await endOf(stage, ids[0] ?? "")).toEqual(REVOKED);
    await revoke(stage, ids.slice(1, 2));
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([2]);
  });

  it("wakes who waits for it", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const waiting = stage.broker.result(id, 30);
    await revoke(stage, [id]);
    expect(await waiting).toMatchObject({ found: true, record: { state: "REVOKED" } });
  });

  it("leaves nothing that a bell is rung for", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2_000));
    await revoke(stage, ids);
    stage.bells();
    await stage.broker.sweep();
    expect(stage.bells()).toEqual([]);
    expect((await stage.claim()).lease).toBeNull();
    expect(await stage.rows()).toMatchObject({ page: 1 });
    expect(await stage.broker.stats()).toMatchObject({ tasks: { accepted: 2_000, ended: 2_000 } });
  });

  it("may wait for its instant, near or far off, and a page that is on disk only stays there", async () => {
    const stage = new Stage();
    const [near = "", mate = ""] = await stage.submit([aCall(0, { due: Date.now() + 20_000 }), aCall(1, { due: Date.now() + 20_000 })]);
    const far = await stage.submit(calls(3, { due: Date.now() + 30 * HOUR }));
    await stage.evict();
    expect(await revoke(stage, [near, far[1] ?? ""])).toEqual(["revoked", "revoked"]);
    expect([await endOf(stage, near), await endOf(stage, far[1] ?? "")]).toEqual([REVOKED, REVOKED]);
    pass(20_000);
    const first = await stage.claim();
    expect(numbers(first)).toEqual([1]);
    await stage.finish(first);
    expect(await stage.states([mate])).toEqual(["SUCCESS"]);
    await stage.crash();
    pass(30 * HOUR);
    expect(numbers(await stage.claim())).toEqual([0, 2]);
  });

  it("costs a far page nothing but its outcome when all of it is revoked", async () => {
    const stage = new Stage();
    const far = await stage.submit(calls(3, { due: Date.now() + 30 * HOUR }));
    await stage.crash();
    expect(await revoke(stage, [...far, far[0] ?? ""])).toEqual(["revoked", "revoked", "revoked", "ended"]);
    expect(await stage.rows()).toEqual({ page: 1 });
    await stage.crash();
    pass(31 * HOUR);
    expect((await stage.claim()).tasks).toEqual([]);
  });

  it("may be a suspect of a lost lease", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3));
    const lost = await stage.claim(2);
    await stage.lapse();
    expect(await revoke(stage, ids.slice(0, 1))).toEqual(["revoked"]);
    const [late] = lost.tasks;
    if (late !== undefined) await stage.report(lost.lease, [ended(late)]);
    expect(await endOf(stage, ids[0] ?? "")).toEqual(REVOKED);
    await stage.crash();
    expect(numbers(await stage.claim())).toEqual([1]);
    expect(await endOf(stage, ids[0] ?? "")).toEqual(REVOKED);
  });

  it("is found by an id that its caller chose", async () => {
    const stage = new Stage();
    const taskId = crypto.randomUUID();
    await stage.submit([aCall(0, { taskId })]);
    expect(await stage.client().revoke([taskId, crypto.randomUUID()])).toEqual(["revoked", "unknown"]);
    expect(await endOf(stage, taskId)).toEqual(REVOKED);
  });

  it("is told from one that was never given, and from one whose result has expired", async () => {
    const stage = new Stage({ result_expires: 60 });
    const [id = ""] = await stage.submit(calls(1));
    await stage.finish(await stage.claim());
    expect(await revoke(stage, [id, `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`])).toEqual(["ended", "unknown"]);
    pass(60_001);
    expect(await revoke(stage, [id])).toEqual(["expired"]);
  });
});

describe("a task that runs and is revoked", () => {
  it("goes on, and its outcome counts", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const grant = await stage.claim();
    expect(await revoke(stage, [id])).toEqual(["flagged"]);
    expect(await revoke(stage, [id])).toEqual(["flagged"]);
    await stage.crash();
    await stage.finish(grant);
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
    expect(await stage.rows()).toEqual({ page: 1 });
  });

  it("is not run again when its consumer is lost, also after a crash", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    await stage.claim();
    await revoke(stage, ids.slice(0, 1));
    await stage.crash();
    // Its holder has a whole lease's time from the object's start.
    await stage.broker.sweep();
    await stage.lapse();
    expect(await endOf(stage, ids[0] ?? "")).toEqual(REVOKED);
    expect(numbers(await stage.claim())).toEqual([1]);
  });
});

describe("a task that runs and is terminated", () => {
  it("ends as REVOKED now, its consumer is told, and what it reports is late", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    const grant = await stage.claim();
    const { lease } = grant;
    const news = stage.broker.news({ version: 1, lease: lease ?? "", waitMilliseconds: 5_000 });
    expect(await revoke(stage, ids.slice(0, 1), true)).toEqual(["terminated"]);
    const { page = 0, slot = 0 } = grant.tasks[0] ?? {};
    expect(await news).toEqual({ held: true, leaseMilliseconds: 15_000, aborted: [{ page, slot, attempt: 1 }] });
    await stage.finish(grant);
    expect(await endOf(stage, ids[0] ?? "")).toEqual(TERMINATED);
    expect(await stage.record(ids[0] ?? "")).toMatchObject({ worker: "celeriac@test" });
    expect(await stage.states(ids)).toEqual(["REVOKED", "SUCCESS"]);
    expect(await stage.rows()).toMatchObject({ page: 1 });
    expect((await stage.rows()).lease).toBeUndefined();
  });

  it("is told to who asks later, and to who was not heard, also after a crash", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    const { lease, tasks } = await stage.claim();
    await revoke(stage, ids.slice(0, 1), true);
    const ask = async () => (await stage.broker.news({ version: 1, lease: lease ?? "", waitMilliseconds: 10 })).aborted.length;
    expect([await ask(), await ask()]).toEqual([1, 1]);
    await stage.crash();
    expect(await ask()).toBe(1);
    const [one] = tasks;
    if (one !== undefined) await stage.report(lease, [ended(one, "null", "REVOKED")], { sequence: 1 });
    expect(await ask()).toBe(0);
  });

  it("leaves a lease that holds nothing until its consumer asks for more", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const { lease } = await stage.claim();
    await revoke(stage, [id], true);
    await stage.submit([aCall(7)]);
    expect(numbers(await stage.report(lease, [], { room: 5 }))).toEqual([7]);
  });

  it("is granted to nobody who asks for the same claim again", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    await stage.claim(2, "n");
    await revoke(stage, ids.slice(0, 1), true);
    expect(numbers(await stage.claim(2, "n"))).toEqual([1]);
  });

  it("may have been flagged before", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    await stage.claim();
    await revoke(stage, [id]);
    expect(await revoke(stage, [id], true)).toEqual(["terminated"]);
    expect(await endOf(stage, id)).toEqual(TERMINATED);
  });
});

describe("a call for news", () => {
  const news = (stage: Stage, { lease }: Grant, waitMilliseconds = 5_000) =>
    stage.broker.news({ version: 1, lease: lease ?? "", waitMilliseconds });

  it("is answered when another takes its place, and when the lease ends", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    const grant = await stage.claim();
    const first = news(stage, grant);
    const second = news(stage, grant);
    expect(await first).toMatchObject({ held: true, aborted: [] });
    await stage.finish(grant);
    expect(await second).toMatchObject({ held: false, aborted: [] });
  });

  it("is answered at once for a lease that is not held", async () => {
    expect(await new Stage().broker.news({ version: 1, lease: "none", waitMilliseconds: 5_000 })).toMatchObject({ held: false });
  });
});
