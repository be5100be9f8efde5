import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Started } from "../../src/core/canvas/canvas-answers.ts";
import { sideBySide } from "../../src/core/canvas/side-by-side.ts";
import { pass, stopClock } from "./broker-stage.ts";
import { aWorkflow, CanvasStage, chain, chord, group, set, sig } from "./canvas-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const ERROR = { exc_type: "Error", exc_message: ["deliberate error"], exc_module: "builtins" };

describe("a chain", () => {
  it("runs its steps one after the other, each with the result of the one before", async () => {
    const stage = new CanvasStage();
    const { ids, tree } = await stage.start(chain(sig("add", [2, 3]), sig("mul", [10]), sig("add", [1])));
    expect(tree).toEqual({ task_id: ids[2], parent: { task_id: ids[1], parent: { task_id: ids[0], parent: null } } });
    expect((await stage.claim()).tasks).toMatchObject([{ id: ids[0] }]);
    await stage.lapse();
    await stage.play();
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 51]);
    expect(stage.ran.map(({ args }) => args)).toEqual([
      [2, 3],
      [5, 10],
      [50, 1],
    ]);
    expect(stage.ran[2]).toMatchObject({ root_id: ids[0], parent_id: ids[1] });
  });

  it("goes on when the object is lost between any two steps", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [2, 3]), sig("mul", [10]), sig("add", [1])));
    await stage.play({ between: () => stage.crash() });
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 51]);
    expect(stage.ran).toHaveLength(3);
  });

  it("ends with the error of the step that failed", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("fail"), sig("mul", [10]), sig("add", [1])));
    await stage.play();
    for (const id of ids) expect(await stage.endOf(id)).toEqual(["FAILURE", ERROR]);
    expect(stage.ran).toHaveLength(1);
  });

  it("counts a later step's countdown from its release, over a reset", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [2, 3]), set(sig("mul", [10]), { countdown: 100 })));
    pass(50_000);
    await stage.play();
    pass(90_000);
    await stage.crash();
    await stage.play();
    expect(stage.ran).toHaveLength(1);
    pass(10_001);
    await stage.play();
    expect(await stage.endOf(ids[1])).toEqual(["SUCCESS", 50]);
  });

  it("ends with the step that is revoked", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [2, 3]), sig("mul", [10]), sig("add", [1])));
    expect(await stage.broker.revoke({ version: 1, ids: [ids[1] ?? ""], terminate: false })).toEqual(["revoked"]);
    await stage.play();
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "REVOKED"]);
    expect(stage.ran).toHaveLength(1);
  });

  it("ends each step once when two are revoked in one request, and leaves the rest of their page as it was", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(
      group(chain(sig("add", [2, 3]), sig("mul", [10]), sig("add", [1])), chain(sig("add", [1, 1]), sig("mul", [2]))),
    );
    await stage.broker.revoke({ version: 1, ids: [ids[1] ?? "", ids[2] ?? ""], terminate: false });
    await stage.play({ room: 1 });
    expect(await stage.states(ids)).toEqual(["SUCCESS", "REVOKED", "REVOKED", "SUCCESS", "SUCCESS"]);
  });
});

describe("a chord", () => {
  it("runs its body once, with all results in order", async () => {
    const stage = new CanvasStage();
    const { ids, groups, tree } = await stage.start(chord([sig("add", [1, 1]), sig("add", [2, 2]), sig("add", [3, 3])], sig("tsum")));
    const children = ids.slice(0, 3).map((id) => ({ task_id: id, parent: null }));
    expect(tree).toEqual({ task_id: ids[3], parent: { group_id: groups[0], children, parent: null } });
    await stage.play({ room: 1, between: () => stage.crash() });
    expect(await stage.endOf(ids[3])).toEqual(["SUCCESS", 12]);
    expect(stage.ran.filter(({ task }) => task === "tasks.tsum")).toHaveLength(1);
    expect(stage.ran[0]).toMatchObject({ group_id: groups[0] });
  });

  it("fails with ChordError when a member does, and calls its errback once", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chord([sig("add", [1, 1]), sig("fail")], set(sig("tsum"), { link_error: [sig("identity")] })));
    await stage.play();
    const message = `Dependency ${ids[1]} raised Error('deliberate error')`;
    expect(await stage.endOf(ids[2])).toEqual([
      "FAILURE",
      { exc_type: "ChordError", exc_message: [message], exc_module: "celery.exceptions" },
    ]);
    expect(stage.ran.filter(({ task }) => task === "tasks.identity")).toMatchObject([{ args: [ids[2]], parent_id: ids[2] }]);
  });

  it("with no header runs its body at once", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chord([], sig("tsum")));
    await stage.play();
    expect(await stage.endOf(ids[0])).toEqual(["SUCCESS", 0]);
  });
});

describe("whatever the queues of its steps", () => {
  it("a canvas wakes pages that slept on disk", async () => {
    const stage = new CanvasStage({ task_create_missing_queues: true });
    const { ids } = await stage.start(chain(group(sig("add", [1, 1]), sig("add", [2, 2])), set(sig("tsum"), { priority: 5 })));
    await stage.play({ between: () => stage.crash() });
    expect(await stage.endOf(ids[2])).toEqual(["SUCCESS", 6]);
    expect(await stage.armed()).toBeLessThan(Date.now() + 100 * 86_400_000);
  });

  it("a step that never starts stays ended when another in its page is woken by the same report", async () => {
    const stage = new CanvasStage();
    const later = set(sig("add", [1]), { priority: 5 });
    const { ids } = await stage.start(group(chain(sig("fail"), later), chain(sig("add", [1, 1]), later)));
    await stage.play();
    expect(await stage.states(ids)).toEqual(["FAILURE", "FAILURE", "SUCCESS", "SUCCESS"]);
    expect(stage.ran).toHaveLength(3);
    expect(await stage.rows()).not.toHaveProperty("lease");
  });
});

describe("callbacks", () => {
  it("links are called with the value, each once, and may be canvases", async () => {
    const stage = new CanvasStage();
    const link = [chain(sig("mul", [2]), sig("add", [1])), sig("identity", [], { immutable: true, args: ["own"] })];
    const { ids } = await stage.start(set(sig("add", [2, 3]), { link }));
    await stage.play({ between: () => stage.crash() });
    expect(await stage.endOf(ids[0])).toEqual(["SUCCESS", 5]);
    expect(stage.ran.map(({ task, args }) => [task, args])).toEqual([
      ["tasks.add", [2, 3]],
      ["tasks.mul", [5, 2]],
      ["tasks.identity", ["own"]],
      ["tasks.add", [10, 1]],
    ]);
    expect(stage.ran[1]).toMatchObject({ parent_id: ids[0], root_id: ids[0] });
  });

  it("errbacks are called for the step that failed and no later one", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(set(chain(sig("fail"), sig("add", [1])), { link_error: [sig("identity")] }));
    await stage.play();
    expect(stage.ran.filter(({ task }) => task === "tasks.identity")).toMatchObject([{ args: [ids[0]] }]);
  });
});

describe("calls with callbacks that are submitted together", () => {
  it("run side by side, each with its own result and callbacks, and none of a group", async () => {
    const stage = new CanvasStage();
    const calls = [
      set(sig("add", [2, 3]), { link: [sig("mul", [10])] }),
      set(sig("fail"), { link_error: [sig("identity")] }),
      sig("add", [1, 1]),
    ];
    const workflow = sideBySide(await Promise.all(calls.map((each) => aWorkflow(each))));
    const { ids } = (await stage.client().start(workflow)) as Started;
    await stage.play({ between: () => stage.crash() });
    expect(await stage.states(ids)).toEqual(["SUCCESS", "FAILURE", "SUCCESS"]);
    expect(stage.ran.map(({ task, args, root_id, group_id }) => [task, args, root_id, group_id])).toEqual([
      ["tasks.add", [2, 3], ids[0], undefined],
      ["tasks.fail", [], ids[1], undefined],
      ["tasks.add", [1, 1], ids[2], undefined],
      ["tasks.mul", [5, 10], ids[0], undefined],
      ["tasks.identity", [ids[1]], ids[1], undefined],
    ]);
    pass(90_000_000);
    await stage.alarm();
    expect(await stage.rows()).toEqual({});
  });
});

describe("a canvas that is sent again", () => {
  it("by its maker, from beyond the door, is started once", async () => {
    const stage = new CanvasStage();
    const workflow = await aWorkflow(chain(sig("add", [2, 3]), sig("mul", [10])));
    const sent = { nonce: crypto.randomUUID(), sentAt: Date.now() };
    const first = await stage.client().start(workflow, { sent: { ...sent, attempt: 1 } });
    await stage.crash();
    expect(await stage.client().start(workflow, { sent: { ...sent, attempt: 2 } })).toEqual(first);
    await stage.play();
    expect(stage.ran).toHaveLength(2);
  });

  it("is answered with the first ids", async () => {
    const stage = new CanvasStage();
    const nonce = crypto.randomUUID();
    const json = chord([sig("add", [1, 1]), sig("add", [2, 2])], sig("tsum"));
    const first = await stage.start(json, { nonce });
    expect(await stage.start(json, { nonce, attempt: 2 })).toEqual(first);
  });
});
