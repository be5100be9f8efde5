import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { defaultAckPolicy } from "../../src/core/acknowledgement.ts";
import type { Outcome } from "../../src/core/result.ts";
import { ended, pass, stopClock } from "./broker-stage.ts";
import { aWorkflow, CanvasStage, chain, chord, group, set, sig } from "./canvas-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const ADD = chain(sig("add", [2, 3]), sig("mul", [10]), sig("add", [1]));

/** Reports that the only task of a grant is to be run again in ten seconds. */
async function retried(stage: CanvasStage, { lease, tasks: [task] }: Grant, line?: string): Promise<void> {
  if (task === undefined) throw new Error("expected a task");
  const again = { due: Date.now() + 10_000, retries: 1, ...(line !== undefined && { line }) };
  const outcome: Outcome = {
    ...ended(task, '{"exc_type":"Error","exc_message":["later"],"exc_module":"builtins"}'),
    state: "RETRY",
    again,
  };
  await stage.report(lease, [outcome]);
}

describe("a step that is retried", () => {
  it("gets the value from before it again, and what comes after it waits", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(ADD);
    await stage.finish(await stage.claim());
    await retried(stage, await stage.claim());
    await stage.crash();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "RETRY", "PENDING"]);
    expect((await stage.claim()).tasks).toEqual([]);
    pass(10_001);
    await stage.play();
    expect(stage.ran.map(({ args }) => args)).toEqual([
      [3, 10],
      [30, 1],
    ]);
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 31]);
  });

  it("with other arguments gets those alone", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(ADD);
    await stage.finish(await stage.claim());
    const grant = await stage.claim();
    const line = JSON.stringify({ ...JSON.parse(grant.tasks[0]?.line ?? "{}"), args: [7, 7] });
    await retried(stage, grant, line);
    pass(10_001);
    await stage.crash();
    await stage.play();
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 50]);
  });
});

describe("a later step that expires", () => {
  it("does so by the time since its release, and ends what comes after it", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [2, 3]), set(sig("mul", [10]), { expires: 10 }), sig("add", [1])));
    pass(60_000);
    await stage.finish(await stage.claim());
    await stage.crash();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "PENDING", "PENDING"]);
    pass(10_001);
    await stage.play();
    expect(stage.ran).toEqual([]);
    for (const id of ids.slice(1)) expect(await stage.endOf(id)).toMatchObject(["REVOKED", { exc_message: ["expired"] }]);
  });

  it("fails the body of its chord, though nobody claims", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chord([sig("add", [1, 1]), set(sig("add", [2, 2]), { expires: 10 })], sig("tsum")));
    pass(10_001);
    await stage.alarm();
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "FAILURE"]);
    expect(await stage.endOf(ids[2])).toMatchObject(["FAILURE", { exc_type: "ChordError" }]);
  });
});

describe("what is taken away", () => {
  it("a purge of the queue of one member ends that and the body, and no other", async () => {
    const stage = new CanvasStage({ task_queues: ["celery", "other"] });
    const { ids } = await stage.start(chord([sig("add", [1, 1]), set(sig("add", [2, 2]), { queue: "other" })], sig("tsum")));
    expect(await stage.client().purge("other")).toBe(1);
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "FAILURE"]);
    expect(stage.ran).toHaveLength(1);
  });

  it("a purge of the queue of a later step ends the chain from there on", async () => {
    const stage = new CanvasStage({ task_queues: ["celery", "other"] });
    const { ids } = await stage.start(chain(sig("add", [1, 1]), set(sig("mul", [2]), { queue: "other" }), sig("add", [1])));
    await stage.client().purge("other");
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "REVOKED"]);
    expect(await stage.endOf(ids[2])).toMatchObject(["REVOKED", { exc_message: ["purged"] }]);
  });

  it("all members of a group that are revoked together end it and its body, also those that run when they are terminated", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chord([sig("add", [1, 1]), sig("add", [2, 2]), sig("add", [3, 3])], sig("tsum")));
    const { lease, tasks } = await stage.claim(1);
    await stage.broker.revoke({ version: 1, ids: ids.slice(0, 3), terminate: true });
    expect(await stage.states(ids)).toEqual(["REVOKED", "REVOKED", "REVOKED", "FAILURE"]);
    await stage.report(
      lease,
      tasks.map((task) => ended(task)),
    );
    await stage.play();
    expect(stage.ran).toEqual([]);
  });

  it("a chain's rest may be revoked while a step runs: that one ends as it does", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(ADD);
    const grant = await stage.claim();
    expect(await stage.broker.revoke({ version: 1, ids: ids.slice(1), terminate: false })).toEqual(["revoked", "revoked"]);
    await stage.crash();
    await stage.finish(grant);
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "REVOKED"]);
    expect(stage.ran).toEqual([]);
  });

  it("a lost consumer fails a step that runs at most once, and what comes after it", async () => {
    const stage = new CanvasStage();
    const declared = { mul: { acks: { ...defaultAckPolicy, acksLate: false } } };
    const { ids } = await stage.start(ADD, { declared });
    await stage.finish(await stage.claim());
    await stage.claim();
    await stage.lapse();
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "FAILURE", "FAILURE"]);
    expect(await stage.endOf(ids[2])).toMatchObject(["FAILURE", { exc_type: "WorkerLostError" }]);
  });
});

describe("orders by stamps", () => {
  const stamped = (task: string, order: number, args: unknown[] = [1]) => set(sig(task, args), { stamps: { order } });

  it("end later steps, and those that follow", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [2, 3]), stamped("mul", 7), sig("add", [1])));
    await stage.client().revokeStamps({ order: [7] });
    await stage.crash();
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "REVOKED"]);
  });

  it("given before meet what is started after: steps, links and errbacks", async () => {
    const stage = new CanvasStage();
    await stage.client().revokeStamps({ order: [7] });
    const { ids } = await stage.start(
      group(
        chain(sig("add", [2, 3]), stamped("mul", 7)),
        set(sig("add", [1, 1]), { link: [stamped("identity", 7, []), stamped("xsum", 8, [[1]])] }),
        set(sig("fail"), { link_error: [stamped("identity", 7, [])] }),
      ),
    );
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "SUCCESS", "FAILURE"]);
    expect(stage.ran.map(({ task }) => task)).toEqual(["tasks.add", "tasks.add", "tasks.fail", "tasks.xsum"]);
  });

  it("given before meet what takes a task's place: the task ends with it, and what waits of it", async () => {
    const stage = new CanvasStage();
    await stage.client().revokeStamps({ order: [7] });
    const { ids } = await stage.start(chain(sig("add", [2, 3]), sig("add", [1])));
    const { lease, tasks } = await stage.claim();
    const { calls, plan } = await aWorkflow(chain(sig("add", [1, 1]), stamped("mul", 7)));
    await stage.report(
      lease,
      tasks.map((task): Outcome => ({ ...ended(task), state: "REPLACED", by: { calls, plan } })),
    );
    await stage.play();
    expect(stage.ran).toEqual([]);
    expect(await stage.states(ids)).toEqual(["REVOKED", "REVOKED"]);
  });

  it("given before meet what is added to a group", async () => {
    const stage = new CanvasStage();
    await stage.client().revokeStamps({ order: [7] });
    const { ids } = await stage.start(chord([sig("add", [1, 1])], sig("tsum")));
    const { lease, tasks } = await stage.claim();
    const [{ page, slot, attempt } = { page: 0, slot: 0, attempt: 0 }] = tasks;
    const { calls, plan } = await aWorkflow(stamped("add", 7, [2, 2]));
    const request = { version: 1 as const, lease: lease ?? "", page, slot, attempt, added: { calls, plan }, nonce: crypto.randomUUID() };
    const added = await stage.broker.addToGroup(request);
    expect(added).toMatchObject({ held: true, member: true });
    expect((await stage.broker.addToGroup(request)).ids).toEqual(added.ids);
    await stage.finish({ lease, tasks } as Grant);
    await stage.play();
    expect(stage.ran).toEqual([]);
    expect(await stage.states([...ids, ...added.ids])).toEqual(["SUCCESS", "FAILURE", "REVOKED"]);
  });

  it("given while a callback waits for its turn meet it", async () => {
    const stage = new CanvasStage();
    await stage.start(set(sig("add", [1, 1]), { link: [stamped("identity", 7, [])] }));
    await stage.finish(await stage.claim());
    expect(await stage.client().revokeStamps({ order: [7] })).toBe(1);
    await stage.play();
    expect(stage.ran).toEqual([]);
  });
});

describe("what a step's task declares and its options say", () => {
  it("a rate limit holds for later steps", async () => {
    const stage = new CanvasStage();
    const one = () => chain(sig("add", [1, 1]), sig("mul", [2]));
    const { ids } = await stage.start(group(one(), one(), one()), { declared: { mul: { perSecond: 1 } } });
    await stage.finish(await stage.claim());
    expect((await stage.claim()).tasks).toHaveLength(1);
    pass(1_000);
    expect((await stage.claim()).tasks).toHaveLength(1);
    expect(ids).toHaveLength(6);
  });

  it("no more of a concurrency key run at once, whatever canvas they are of", async () => {
    const stage = new CanvasStage();
    const declared = { mul: { concurrency: 1 } };
    const one = () => chain(sig("add", [1, 1]), set(sig("mul", [2]), { concurrency_key: "tenant" }));
    await stage.start(one(), { declared });
    await stage.start(one(), { declared });
    await stage.finish(await stage.claim());
    const first = await stage.claim();
    expect(first.tasks).toHaveLength(1);
    expect((await stage.claim()).tasks).toHaveLength(0);
    await stage.finish(first);
    expect((await stage.claim()).tasks).toHaveLength(1);
  });

  it("a released step goes by its priority, and keeps its time limits", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(
      chain(sig("add", [1, 1]), set(sig("mul", [2]), { priority: 9, time_limit: 30, soft_time_limit: 20 })),
    );
    await stage.finish(await stage.claim());
    await stage.start(sig("add", [5, 5]));
    const { tasks } = await stage.claim(1);
    expect(tasks.map(({ id }) => id)).toEqual([ids[1]]);
    expect(JSON.parse(tasks[0]?.line ?? "{}")).toMatchObject({ timelimit: [30, 20] });
  });

  it("a step is found under the id that was chosen for it, and shows it to those that follow", async () => {
    const stage = new CanvasStage();
    const chosen = crypto.randomUUID();
    const { ids, tree } = await stage.start(chain(sig("add", [2, 3]), set(sig("mul", [10]), { task_id: chosen }), sig("add", [1])));
    expect(ids[1]).toBe(chosen);
    expect(tree).toMatchObject({ parent: { task_id: chosen } });
    await stage.play({ between: () => stage.crash() });
    expect(await stage.endOf(chosen)).toEqual(["SUCCESS", 50]);
    expect(stage.ran.map(({ id, parent_id }) => [id, parent_id])).toEqual([
      [ids[0], undefined],
      [chosen, ids[0]],
      [ids[2], chosen],
    ]);
    await expect(stage.start(set(sig("mul", [1, 1]), { task_id: chosen }))).rejects.toThrow("task_id_taken");
  });

  it("a paused queue holds the steps that are released to it, and no others", async () => {
    const stage = new CanvasStage({ task_queues: ["celery", "other"] });
    const { ids } = await stage.start(chain(sig("add", [1, 1]), set(sig("mul", [2]), { queue: "other" }), sig("add", [1])));
    await stage.client().pause("other");
    await stage.play();
    await stage.crash();
    await stage.play({ queue: "other" });
    expect(await stage.states(ids)).toEqual(["SUCCESS", "PENDING", "PENDING"]);
    await stage.client().resume("other");
    await stage.play({ queue: "other" });
    await stage.play();
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 5]);
  });
});

describe("a result that is forgotten", () => {
  it("is still handed to the step that waits for it", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(group(sig("add", [1, 1]), set(sig("add", [2, 2]), { countdown: 50 })), sig("tsum")));
    await stage.play();
    expect(await stage.broker.forget(ids[0] ?? "")).toBe("forgotten");
    expect(await stage.broker.result(ids[0] ?? "", 0)).toMatchObject({ found: false });
    pass(50_001);
    await stage.crash();
    await stage.play();
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 6]);
  });
});
