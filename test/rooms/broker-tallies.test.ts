import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, ended, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** What the object has counted of a task's name. */
async function tallyOf(stage: Stage, task = "tasks.add") {
  const { byTask = [] } = await stage.broker.stats();
  const series = byTask.find((each) => each.task === task);
  if (series === undefined) throw new Error(`nothing is counted of ${task}`);
  return series;
}

describe("what the broker counts by the tasks' names", () => {
  it("follows tasks from the submit to their end", async () => {
    const stage = new Stage();
    await stage.submit(calls(3));
    expect(await tallyOf(stage)).toMatchObject({ events: { sent: 3, received: 3, started: 0 }, prefetched: 3, prefetch: null });
    pass(2_000);
    const grant = await stage.claim(2);
    expect(await tallyOf(stage)).toMatchObject({ events: { started: 2 }, prefetched: 1, prefetch: { seconds: 2 } });
    const now = Date.now();
    await stage.report(
      grant.lease,
      grant.tasks.map((task, index) => ({ ...ended(task, "3", index === 0 ? "SUCCESS" : "FAILURE"), startedAt: now, endedAt: now + 40 })),
    );
    const { events, runs, waits, prefetch } = await tallyOf(stage);
    expect(events).toMatchObject({ succeeded: 1, failed: 1, revoked: 0 });
    expect(runs.map(({ end, histogram }) => [end, histogram.sum])).toEqual([
      ["SUCCESS", 0.04],
      ["FAILURE", 0.04],
    ]);
    expect(waits).toMatchObject([{ queue: "celery", histogram: { sum: 4 } }]);
    expect(prefetch?.seconds).toBe(0);
  });

  it("tells names on one page apart", async () => {
    const stage = new Stage();
    const other = aCall(7, { line: '{"task":"tasks.other","args":[]}' });
    await stage.submit([aCall(0), other, aCall(1)]);
    await stage.finish(await stage.claim());
    expect((await tallyOf(stage)).events).toMatchObject({ sent: 2, started: 2, succeeded: 2 });
    expect((await tallyOf(stage, "tasks.other")).events).toMatchObject({ sent: 1, started: 1, succeeded: 1 });
  });

  it("counts the wait of a task with an eta from then, and it as no task that waits", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0, { due: Date.now() + 5_000 })]);
    expect((await tallyOf(stage)).prefetched).toBe(0);
    pass(6_000);
    await stage.claim();
    expect(await tallyOf(stage)).toMatchObject({ prefetch: null, waits: [{ histogram: { sum: 1 } }] });
  });

  it("counts a retry, and a task that is revoked before it starts", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(2));
    const { lease, tasks } = await stage.claim(1);
    const [task] = tasks;
    if (task === undefined) throw new Error("nothing was granted");
    const { page, slot, attempt } = task;
    const at = Date.now();
    const again = { due: at + 1_000, retries: 1 };
    await stage.report(lease, [
      { page, slot, attempt, state: "RETRY", result: "{}", traceback: null, startedAt: at, endedAt: at + 10, again },
    ]);
    expect(await tallyOf(stage)).toMatchObject({ events: { retried: 1, succeeded: 0 }, prefetched: 1 });
    await stage.broker.revoke({ version: 1, ids, terminate: false });
    expect(await tallyOf(stage)).toMatchObject({ events: { revoked: 2, started: 1 }, prefetched: 0 });
  });

  it("begins anew when the object is started again, and counts what was accepted before once it is granted", async () => {
    const stage = new Stage();
    await stage.submit(calls(2));
    await stage.crash();
    expect((await stage.broker.stats()).byTask).toEqual([]);
    pass(1_000);
    await stage.finish(await stage.claim());
    expect(await tallyOf(stage)).toMatchObject({
      events: { sent: 0, started: 2, succeeded: 2 },
      prefetched: 0,
      waits: [{ histogram: { sum: 2 } }],
    });
  });

  it("tells 200 names apart, and counts the others together", async () => {
    const stage = new Stage();
    await stage.submit(Array.from({ length: 260 }, (_, number) => aCall(number, { line: `{"task":"made.up.${number}"}` })));
    const { byTask = [] } = await stage.broker.stats();
    expect(byTask).toHaveLength(201);
    expect((await tallyOf(stage, "other")).events.sent).toBe(60);
  });
});
