import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RevokedSlice } from "../../src/broker/api.ts";
import type { TaskFilter } from "../../src/core/revocation.ts";
import { aCall, calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const HOUR = 3_600_000;
const why = async (stage: Stage, id: string) => JSON.parse((await stage.record(id)).result ?? "null")?.exc_message?.[0];
const stamped = (number: number, stamps: Record<string, unknown>) =>
  aCall(number, { stamps, line: JSON.stringify({ task: "tasks.add", args: [number, 1], stamps }) });

describe("a queue that is purged", () => {
  it("loses all that waits, in memory or on disk, and nothing that runs or waits elsewhere", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(5));
    const far = await stage.submit(calls(3, { due: Date.now() + 30 * HOUR }));
    const urgent = await stage.submit(calls(2, { priority: 9 }));
    const other = await stage.submit(calls(1, { queue: "other" }));
    const grant = await stage.claim(3);
    await stage.crash();
    expect(await stage.client().purge("celery")).toBe(7);
    expect(await stage.states([...urgent, ...ids, ...far, ...other])).toEqual([
      "PENDING",
      "PENDING",
      "PENDING",
      ...Array(4).fill("REVOKED"),
      ...Array(3).fill("REVOKED"),
      "PENDING",
    ]);
    expect(await why(stage, far[0] ?? "")).toBe("purged");
    await stage.finish(grant);
    expect(await stage.states([urgent[0] ?? ""])).toEqual(["SUCCESS"]);
    expect((await stage.claim()).tasks).toEqual([]);
    expect(numbers(await stage.claim(9, "n", "other"))).toEqual([0]);
  });

  it("is purged slice by slice, and keeps what comes meanwhile", async () => {
    const stage = new Stage();
    await stage.pages(150);
    const first = await stage.broker.purge({ version: 1, queue: "celery", cursor: null });
    expect(first.revoked).toBe(64);
    pass(10);
    await stage.submit([aCall(900)]);
    let { cursor, revoked }: RevokedSlice = first;
    for (; cursor !== null; ) {
      const slice = await stage.broker.purge({ version: 1, queue: "celery", cursor });
      ({ cursor } = slice);
      revoked += slice.revoked;
    }
    expect(revoked).toBe(150);
    expect(numbers(await stage.claim())).toEqual([900]);
    expect((await stage.broker.stats()).tasks).toMatchObject({ accepted: 151, ended: 150 });
  });

  it("is another one than a queue whose name begins alike", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit([aCall(0, { queue: "celery-2" })]);
    expect(await stage.client().purge("celery")).toBe(0);
    expect(await stage.states([id])).toEqual(["PENDING"]);
  });
});

describe("revoking by filter", () => {
  it("means tasks by name, queue, state and when they were accepted", async () => {
    const stage = new Stage({ task_track_started: true });
    const start = Date.now();
    await stage.submit([aCall(0), { line: '{"task":"tasks.mail"}', queue: "celery" }]);
    await stage.claim(1);
    pass(1_000);
    await stage.submit([aCall(2), aCall(3, { queue: "other" })]);
    const client = stage.client();
    const count = (filter: TaskFilter) => client.revokeWhere(filter, { dryRun: true });
    expect(await count({})).toBe(4);
    expect(await count({ name: "tasks.mail" })).toBe(1);
    expect(await count({ queue: "celery" })).toBe(3);
    expect(await count({ since: start + 500 })).toBe(2);
    expect(await count({ until: start + 500 })).toBe(2);
    expect(await count({ status: ["STARTED"] })).toBe(1);
    expect(await count({ status: ["PENDING"], queue: "celery" })).toBe(2);
    expect(await count({ status: ["SUCCESS"] })).toBe(0);
  });

  it("ends what waits, flags what runs, and with terminate ends that too", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(3));
    await stage.claim(1);
    const client = stage.client();
    expect(await client.revokeWhere({ name: "tasks.add" })).toBe(3);
    expect(await stage.states(ids)).toEqual(["PENDING", "REVOKED", "REVOKED"]);
    expect(await client.revokeWhere({ name: "tasks.add" })).toBe(0);
    expect(await client.revokeWhere({}, { terminate: true })).toBe(1);
    expect(await why(stage, ids[0] ?? "")).toBe("terminated");
  });
});

describe("revoking by stamped headers", () => {
  it("ends what bears one of the stamps, and for three hours what comes with one, also after a crash", async () => {
    const stage = new Stage();
    const [first = "", second = ""] = await stage.submit([stamped(0, { order: 7 }), stamped(1, { order: [8, 9] })]);
    expect(await stage.client().revokeStamps({ order: [7, 70] })).toBe(1);
    expect(await stage.states([first, second])).toEqual(["REVOKED", "PENDING"]);
    await stage.crash();
    const [third = ""] = await stage.submit([stamped(2, { order: 70 }), aCall(3)]);
    expect(await why(stage, third)).toBe("revoked");
    expect(numbers(await stage.claim())).toEqual([1, 3]);
    pass(3 * HOUR);
    const [fourth = ""] = await stage.submit([stamped(4, { order: 70 })]);
    expect(await stage.states([fourth])).toEqual(["PENDING"]);
  });
});
