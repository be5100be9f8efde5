import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ListFilter } from "../../src/core/task-list.ts";
import { aCall, calls, ended, pass, START, Stage, stopClock } from "./broker-stage.ts";
import { CanvasStage, chain, group, sig } from "./canvas-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** All that a filter means, so many a call; and how many calls it took. */
async function listed(stage: Stage, filter: ListFilter = {}, limit = 1_000): Promise<{ ids: string[]; parts: number }> {
  const { looks } = stage.client();
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let parts = 1; ; parts++) {
    const part = await looks.newest({ filter, limit, cursor });
    if (part === undefined) throw new Error("expected the cursor to be known");
    ids.push(...part.records.map(({ id }) => id));
    cursor = part.cursor;
    if (cursor === null) return { ids, parts };
  }
}

describe("the list of a shard's tasks", () => {
  it("gives the newest first, in parts that go on where the one before ended, whatever is accepted meanwhile", async () => {
    const stage = new Stage();
    const ids = [...(await stage.submit(calls(3))), ...(await stage.submit(calls(2)))];
    const { looks } = stage.client();
    const first = await looks.newest({ filter: {}, limit: 2, cursor: null });
    expect(first?.records.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
    await stage.submit(calls(2));
    const second = await looks.newest({ filter: {}, limit: 2, cursor: first?.cursor ?? null });
    expect(second?.records.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const third = await looks.newest({ filter: {}, limit: 2, cursor: second?.cursor ?? null });
    expect(third).toMatchObject({ records: [{ id: ids[0] }], cursor: null });
  });

  it("shows what became of each task: ended at once, ended with others, running, waiting, forgotten", async () => {
    const stage = new Stage({ task_track_started: true });
    const [alone = ""] = await stage.submit([aCall(0)]);
    await stage.finish(await stage.claim());
    const [failed = "", forgotten = "", running = "", waiting = ""] = await stage.submit(calls(4));
    const { lease, tasks } = await stage.claim(3);
    await stage.report(lease, [ended(tasks[0] as never, "null", "FAILURE"), ended(tasks[1] as never)]);
    await stage.broker.forget(forgotten);
    expect((await listed(stage)).ids).toEqual([waiting, running, failed, alone]);
    expect((await listed(stage, { status: ["PENDING"] })).ids).toEqual([waiting]);
    expect((await listed(stage, { status: ["STARTED", "FAILURE"] })).ids).toEqual([running, failed]);
    expect((await listed(stage, { status: ["SUCCESS"] })).ids).toEqual([alone]);
  });

  it("asks for name, queue, and the time it was accepted", async () => {
    const stage = new Stage();
    const [mail = ""] = await stage.submit([{ line: '{"task":"tasks.mail","args":["tasks.add"]}', queue: "post" }]);
    pass(60_000);
    const [own = ""] = await stage.submit([aCall(1, { taskId: "01a50000-0000-4000-8000-00000000000a" })]);
    pass(60_000);
    const [last = ""] = await stage.submit([aCall(2)]);
    expect((await listed(stage, { name: "tasks.add" })).ids).toEqual([last, own]);
    expect((await listed(stage, { queue: "post" })).ids).toEqual([mail]);
    expect((await listed(stage, { since: START + 60_000 })).ids).toEqual([last, own]);
    expect((await listed(stage, { until: START + 60_000 })).ids).toEqual([mail]);
    expect((await listed(stage, { since: START + 1, until: START + 120_000 })).ids).toEqual([own]);
    expect((await listed(stage, { until: START })).ids).toEqual([]);
  });

  it("gives the tasks of one workflow, by its first", async () => {
    const stage = new CanvasStage();
    await stage.start(chain(sig("add", [1, 1]), sig("add", [1])));
    const { ids } = await stage.start(chain(sig("add", [2, 2]), group(sig("add", [3]), sig("add", [4]))));
    await stage.play();
    await stage.submit(calls(2));
    expect((await listed(stage, { rootId: ids[0] ?? "" })).ids.toSorted()).toEqual(ids.toSorted());
  });

  it("leaves out what has expired", async () => {
    const stage = new Stage({ result_expires: 60 });
    await stage.submit(calls(2));
    await stage.finish(await stage.claim());
    pass(61_000);
    const [fresh] = await stage.submit(calls(1));
    expect((await listed(stage)).ids).toEqual([fresh]);
  });

  it("reads a bounded part of the book a call, and comes to the end of it", async () => {
    const stage = new Stage();
    const [oldest] = await stage.submit([aCall(0, { queue: "rare" })]);
    await stage.pages(450);
    const { ids, parts } = await listed(stage, { queue: "rare" });
    expect(ids).toEqual([oldest]);
    expect(parts).toBe(3);
    const cost = await stage.cost(() => stage.client().looks.newest({ filter: { queue: "rare" }, limit: 10, cursor: null }));
    expect(cost).toMatchObject({ written: 0 });
    expect(cost.read).toBeLessThan(250);
  });

  it("finds the tasks of a time in the middle of many with few rows read", async () => {
    const stage = new Stage();
    await stage.pages(100);
    pass(60_000);
    await stage.submit(calls(3));
    pass(60_000);
    await stage.pages(300);
    const { looks } = stage.client();
    const filter = { since: START + 60_000, until: START + 120_000 };
    const cost = await stage.cost(async () => {
      expect((await looks.newest({ filter, limit: 10, cursor: null }))?.records).toHaveLength(3);
    });
    expect(cost.read).toBeLessThan(30);
  });

  it("refuses a cursor that is none", async () => {
    const stage = new Stage();
    for (const cursor of ["x", "", "0.1", "0.1.1_0.1.1", "900.1.1", "7.1.1"]) {
      expect(await stage.client().looks.newest({ filter: {}, limit: 10, cursor })).toBeUndefined();
    }
  });
});

describe("what can be inspected", () => {
  const idsOf = async (stage: Stage, kind: "active" | "reserved" | "scheduled", most = 1_000) =>
    (await stage.client().looks.inspect(kind, most)).map(({ record }) => record.id);

  it("is what runs, what was taken beyond it, and what waits for its time, some of a page that is under way", async () => {
    const stage = new Stage({ worker_concurrency: 2 });
    const ids = await stage.submit(calls(4));
    const [later] = await stage.submit([aCall(9, { due: START + 3_600_000 })]);
    const grant = await stage.claim(3);
    expect(await idsOf(stage, "active")).toEqual(ids.slice(0, 2));
    expect(await idsOf(stage, "reserved")).toEqual(ids.slice(2, 3));
    expect(await idsOf(stage, "scheduled")).toEqual([later]);
    const [first, ...others] = grant.tasks;
    if (first === undefined) throw new Error("expected a task");
    const retried = { ...ended(first), state: "RETRY" as const, again: { due: START + 60_000, retries: 1 } };
    await stage.report(grant.lease, [retried]);
    expect(await idsOf(stage, "active")).toEqual(others.map(({ id }) => id));
    expect(await idsOf(stage, "scheduled")).toEqual([ids[0], later]);
    expect(await idsOf(stage, "scheduled", 1)).toHaveLength(1);
    await stage.crash();
    expect(await idsOf(stage, "scheduled")).toEqual([ids[0], later]);
  });

  it("reads a bounded number of pages of what waits", async () => {
    const stage = new Stage();
    await stage.pages(300, { due: START + 7_200_000 });
    await stage.evict();
    const cost = await stage.cost(() => idsOf(stage, "scheduled", 10));
    expect(cost.read).toBeLessThan(80);
    expect(await idsOf(stage, "scheduled")).toHaveLength(200);
  });
});
