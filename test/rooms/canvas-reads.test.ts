import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant, GroupPart, TreePart } from "../../src/broker/api.ts";
import type { Outcome } from "../../src/core/result.ts";
import { ended, stopClock } from "./broker-stage.ts";
import { aWorkflow, CanvasStage, chain, chord, group, sig } from "./canvas-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const treeOf = async (stage: CanvasStage, id = "", limit = 100, cursor: string | null = null) =>
  (await stage.broker.tree({ version: 1, id, limit, cursor })) as TreePart;
const groupOf = async (stage: CanvasStage, id = "", limit = 100, cursor: string | null = null) =>
  (await stage.broker.group({ version: 1, id, limit, cursor, waitMilliseconds: 0 })) as GroupPart;

/** Reports that the only task of a grant hands its place over to a canvas. */
async function replaced(stage: CanvasStage, { lease, tasks: [task] }: Grant, json: Parameters<typeof aWorkflow>[0]): Promise<void> {
  if (task === undefined) throw new Error("expected a task");
  const { calls, plan } = await aWorkflow(json);
  const outcome: Outcome = { ...ended(task), state: "REPLACED", by: { calls, plan } };
  await stage.report(lease, [outcome]);
}

describe("the tree of a workflow", () => {
  it("tells every task with its parent, its group and what comes next, a part at a time", async () => {
    const stage = new CanvasStage();
    const { ids, groups } = await stage.start(chain(sig("add", [1, 1]), group(sig("add", [1]), sig("add", [2])), sig("tsum")));
    const [root = ""] = ids;
    const first = await treeOf(stage, ids[3], 3);
    expect(first.nodes.map(({ id, parentId, groupId, state, children }) => [id, parentId, groupId, state, children])).toEqual([
      [root, null, null, "PENDING", ids.slice(1, 3)],
      [ids[1], root, groups[0], "PENDING", [ids[3]]],
      [ids[2], root, groups[0], "PENDING", [ids[3]]],
    ]);
    await stage.play();
    const rest = await treeOf(stage, groups[0], 3, first.cursor);
    expect(rest).toMatchObject({
      rootId: root,
      nodes: [{ id: ids[3], name: "tasks.tsum", state: "SUCCESS", parentId: ids[2] }],
      cursor: null,
    });
  });
});

describe("a group", () => {
  it("tells how many have ended, and its results in order", async () => {
    const stage = new CanvasStage();
    const { groups } = await stage.start(group(sig("add", [1, 1]), sig("fail"), chain(sig("add", [2, 2]), sig("mul", [2]))));
    expect(await groupOf(stage, groups[0])).toMatchObject({ count: 3, completed: 0, ready: false, cursor: null });
    const waiting = stage.broker.group({ version: 1, id: groups[0] ?? "", limit: 2, cursor: null, waitMilliseconds: 30_000 });
    await stage.play({ room: 1 });
    expect(await waiting).toMatchObject({ count: 3, completed: 3, successful: 2, failed: 1, ready: true, cursor: "2" });
    await stage.crash();
    const { members } = await groupOf(stage, groups[0]);
    expect(members).toMatchObject([{ task: { result: "2" } }, { task: { state: "FAILURE" } }, { task: { result: "8" } }]);
    const [id = ""] = groups;
    expect(await groupOf(stage, id.slice(0, -1) + (id.endsWith("0") ? "1" : "0"))).toEqual({ found: false, why: "unknown" });
  });

  it("without members is ready", async () => {
    const stage = new CanvasStage();
    const { groups, tree } = await stage.start(group());
    expect(tree).toEqual({ group_id: groups[0], children: [], parent: null });
    expect(await groupOf(stage, groups[0])).toMatchObject({ count: 0, ready: true, members: [] });
  });
});

describe("a task that is replaced", () => {
  it("ends with the canvas's value, under its own id, and the next step takes that", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [1, 1]), sig("xsum")));
    await replaced(stage, await stage.claim(), chord([sig("add", [1, 2]), sig("add", [3, 4])], group(sig("tsum"), sig("tsum"))));
    await stage.crash();
    expect((await stage.record(ids[0] ?? "")).state).toBe("PENDING");
    await stage.play({ between: () => stage.crash() });
    expect(await stage.endOf(ids[0])).toEqual(["SUCCESS", [10, 10]]);
    expect(await stage.endOf(ids[1])).toEqual(["SUCCESS", 20]);
  });

  it("shows its id to the task that takes its place", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(sig("add", [1, 1]));
    await replaced(stage, await stage.claim(), sig("mul", [3, 4]));
    await stage.play();
    expect(stage.ran.map(({ id }) => id)).toEqual(ids);
    expect(await stage.endOf(ids[0])).toEqual(["SUCCESS", 12]);
  });

  it("fails as the canvas does, and what comes after it too", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chain(sig("add", [1, 1]), sig("add", [1])));
    await replaced(stage, await stage.claim(), chain(sig("fail"), sig("add", [1])));
    await stage.play();
    expect(await stage.states(ids)).toEqual(["FAILURE", "FAILURE"]);
  });

  it("takes what waits of the canvas along when it is revoked", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(sig("add", [1, 1]));
    await replaced(stage, await stage.claim(), group(sig("add", [1, 2]), sig("add", [3, 4])));
    await stage.broker.revoke({ version: 1, ids, terminate: false });
    await stage.play();
    expect(stage.ran).toEqual([]);
    expect(await stage.states(ids)).toEqual(["REVOKED"]);
  });
});

describe("a chord that is added to", () => {
  it("waits for the new member, whose value stands last; sent again it is added once", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chord([sig("add", [1, 1])], sig("identity")));
    const { lease, tasks } = await stage.claim();
    const [task] = tasks;
    if (task === undefined || lease === null) throw new Error("expected a task");
    const { calls, plan } = await aWorkflow(chain(sig("add", [5, 5]), sig("mul", [2])));
    const { page, slot, attempt } = task;
    const request = { version: 1 as const, lease, page, slot, attempt, added: { calls, plan }, nonce: crypto.randomUUID() };
    const added = await stage.broker.addToGroup(request);
    expect(added).toMatchObject({ held: true, member: true });
    await stage.crash();
    expect((await stage.broker.addToGroup(request)).ids).toEqual(added.ids);
    await stage.report(lease, [ended(task, "2")]);
    await stage.play({ between: () => stage.crash() });
    expect(await stage.endOf(ids[1])).toEqual(["SUCCESS", [2, 20]]);
  });
});
