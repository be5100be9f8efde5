import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Line } from "../../src/core/call.ts";
import type { JobProgress, TaskJob } from "../../src/core/task-job.ts";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";
import { CanvasStage, chain, sig } from "./canvas-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const job = (kind: TaskJob["kind"], more: Partial<TaskJob> = {}): TaskJob => ({
  kind,
  filter: {},
  terminate: false,
  dryRun: false,
  ...more,
});

/** How a job comes to its end. */
async function endOf(stage: Stage, id: string): Promise<JobProgress> {
  const { looks } = stage.client();
  return vi.waitUntil(async () => {
    const progress = await looks.job(id);
    return progress?.doneAt === null ? undefined : progress;
  });
}

/** Tasks that have failed, each first argument its number. */
async function failed(stage: Stage, count: number): Promise<string[]> {
  const ids = await stage.submit(calls(count));
  const { lease, tasks } = await stage.claim(count);
  await stage.report(
    lease,
    tasks.map((task) => ended(task, '{"exc_type":"Error"}', "FAILURE")),
  );
  return ids;
}

describe("an ended task that is run again", () => {
  it("gets a new id, the same line and a root of its own; what became of the first stays", async () => {
    const stage = new Stage();
    const line =
      '{"task":"tasks.add","args":[7,1],"root_id":"01a50000-0000-4000-8000-00000000000a","parent_id":"01a50000-0000-4000-8000-00000000000b"}';
    const limits = { name: "tasks.add", perSecond: 100, concurrency: { key: "tenant", most: 3 } };
    const [first = ""] = await stage.submit([
      { line, queue: "celery", priority: 4, limits, taskId: "01a50000-0000-4000-8000-00000000000c" },
    ]);
    await stage.finish(await stage.claim());
    const again = await stage.client().looks.rerun(first);
    if (!again.ok) throw new Error("expected it to run again");
    expect(again.id).not.toBe(first);
    // Its rate lets one start every 10 ms.
    pass(10);
    const grant = await stage.claim();
    expect(grant.tasks.map(({ id }) => id)).toEqual([again.id]);
    expect(JSON.parse(grant.tasks[0]?.line ?? "")).toEqual({ task: "tasks.add", args: [7, 1] });
    expect(await stage.states([first, again.id])).toEqual(["SUCCESS", "PENDING"]);
  });

  it("is sent twice and runs once", async () => {
    const stage = new Stage();
    const [id = ""] = await failed(stage, 1);
    const request = { version: 1 as const, id, nonce: crypto.randomUUID(), sentAt: Date.now() };
    const one = await stage.broker.rerun({ ...request, attempt: 1 });
    expect(await stage.broker.rerun({ ...request, attempt: 2 })).toEqual(one);
    expect(numbers(await stage.claim())).toEqual([0]);
  });

  it("must have ended, and be known", async () => {
    const stage = new Stage({ result_expires: 60 });
    const { looks } = stage.client();
    const [waiting = ""] = await stage.submit(calls(1));
    expect(await looks.rerun(waiting)).toEqual({ ok: false, why: "unfinished" });
    expect(await looks.rerun("01a50000-0000-4000-8000-00000000000c")).toEqual({ ok: false, why: "unknown" });
    await stage.finish(await stage.claim());
    pass(61_000);
    expect(await looks.rerun(waiting)).toEqual({ ok: false, why: "expired" });
  });

  it("takes the arguments that its canvas gave it, and leaves what came after it alone", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [2, 3]), sig("add", [10]), sig("add", [100])));
    await stage.play();
    expect((await stage.client().looks.rerun(ids[1] ?? "")).ok).toBe(true);
    const grant = await stage.claim();
    const line = JSON.parse(grant.tasks[0]?.line ?? "") as Line;
    expect(line).toEqual({ task: "tasks.add", args: [5, 10] });
    await stage.finish(grant);
    expect((await stage.claim()).tasks).toEqual([]);
  });
});

describe("a job", () => {
  it("runs all ended tasks again that a filter means, of those that were there before, each once", async () => {
    const stage = new Stage();
    await failed(stage, 1_200);
    await stage.submit([aCall(5_000)]);
    await stage.finish(await stage.claim());
    const { looks } = stage.client();
    expect(await looks.startJob(job("retry", { filter: { status: ["FAILURE"] }, dryRun: true }))).toMatchObject({ kind: "retry" });
    const { id } = await looks.startJob(job("retry", { filter: { status: ["FAILURE"] } }));
    expect(await endOf(stage, id)).toMatchObject({ done: 1_200 });
    const again = await stage.claim(2_000);
    expect(numbers(again).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_200 }, (_, number) => number));
  });

  it("only counts on a dry run", async () => {
    const stage = new Stage();
    await failed(stage, 3);
    const { id } = await stage.client().looks.startJob(job("retry", { filter: { status: ["FAILURE"] }, dryRun: true }));
    expect(await endOf(stage, id)).toMatchObject({ done: 3, dryRun: true });
    expect((await stage.claim()).tasks).toEqual([]);
  });

  it("goes on where it was after a reset, and does nothing twice", async () => {
    const stage = new Stage();
    await failed(stage, 1_700);
    const { id } = await stage.client().looks.startJob(job("retry", { filter: { status: ["FAILURE"] } }));
    await stage.crash();
    expect(await endOf(stage, id)).toMatchObject({ done: 1_700 });
    expect(numbers(await stage.claim(4_000))).toHaveLength(1_700);
  });

  it("forgets results, and leaves what has not ended", async () => {
    const stage = new Stage();
    const [first = ""] = await failed(stage, 2);
    const [waiting = ""] = await stage.submit(calls(1));
    const { id } = await stage.client().looks.startJob(job("forget", { filter: { name: "tasks.add" } }));
    expect(await endOf(stage, id)).toMatchObject({ done: 2 });
    expect(await stage.broker.result(first, 0)).toEqual({ found: false, why: "expired" });
    expect(await stage.states([waiting])).toEqual(["PENDING"]);
  });

  it("revokes, and is begun once however often it is sent", async () => {
    const stage = new Stage();
    await stage.submit(calls(3));
    const request = { version: 1 as const, id: crypto.randomUUID(), ...job("revoke", { filter: { status: ["PENDING"] } }) };
    await stage.broker.startJob(request);
    await stage.submit(calls(2));
    await stage.broker.startJob(request);
    expect(await endOf(stage, request.id)).toMatchObject({ done: 3 });
    expect((await stage.claim()).tasks).toHaveLength(2);
  });

  it("is not known by another id", async () => {
    expect(await new Stage().client().looks.job(crypto.randomUUID())).toBeUndefined();
  });
});
