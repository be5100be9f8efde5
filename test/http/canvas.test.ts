import { describe, expect, it } from "vitest";
import type { GroupPart, GroupRequest, NoCanvas, TreePart, TreeRequest } from "../../src/core/canvas/canvas-answers.ts";
import { resultTree } from "../../src/core/canvas/result-tree.ts";
import type { Workflow } from "../../src/core/canvas/workflow.ts";
import { FakeBroker, idAt, NOW, OPEN, problemOf, recordOf, setup } from "./setup.ts";

const add = (...args: unknown[]) => ({ task: "tasks.add", args, kwargs: {}, options: {}, subtask_type: null, immutable: false });
const chain = (...tasks: unknown[]) => ({ task: "celery.chain", args: [], kwargs: { tasks }, options: {}, subtask_type: "chain" });
const group = (...tasks: unknown[]) => ({ task: "celery.group", args: [], kwargs: { tasks }, options: {}, subtask_type: "group" });

const GROUP_ID = idAt(700);
const A_GROUP: GroupPart = {
  found: true,
  groupId: GROUP_ID,
  parentId: null,
  count: 3,
  completed: 2,
  successful: 1,
  failed: 1,
  ready: false,
  members: [{ task: recordOf() }, { groupId: idAt(701) }, null],
  cursor: "more",
};

/** A broker that starts every canvas, and remembers what it was asked. */
class CanvasBroker {
  started: Workflow[] = [];
  sent: unknown[] = [];
  asked: unknown[] = [];
  groupAnswer: GroupPart | NoCanvas = A_GROUP;
  treeAnswer: TreePart | NoCanvas = { found: false, why: "unknown" };
  refusal: { ok: false; code: "backlog_full"; index: number; message: string } | undefined;
  readonly client = Object.assign(new FakeBroker(), {
    start: async (workflow: Workflow, { sent }: { sent?: unknown } = {}) => {
      this.sent.push(sent);
      if (this.refusal !== undefined) return this.refusal;
      this.started.push(workflow);
      const ids = workflow.calls.map((_, slot) => idAt(slot));
      const groups = Array.from({ length: 9 }, (_, join) => idAt(700 + join));
      return { ok: true as const, ids, groups, tree: resultTree(workflow.handle, { ids, groups }) };
    },
    group: async (request: Omit<GroupRequest, "version">) => {
      this.asked.push(request);
      return this.groupAnswer;
    },
    tree: async (request: Omit<TreeRequest, "version">) => {
      this.asked.push(request);
      return this.treeAnswer;
    },
  });
}

function stage() {
  const broker = new CanvasBroker();
  const { send, post } = setup(OPEN, { broker: () => broker.client });
  return { broker, client: broker.client, send, post };
}

const NONCE = "6f1c1d4e-0d2c-4d57-9a52-6a1c3c1f9a10";

describe("Celeriac-Nonce", () => {
  it("of a canvas, and of a call with callbacks, is handed on; one that is none is refused", async () => {
    const { send, broker } = stage();
    const from = (nonce: string, body: unknown) => ({
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", "celeriac-nonce": nonce },
    });
    await send("/v1/canvas", from(`${NONCE}; attempt=2; age=1.5`, chain(add(2, 3), add(4))));
    await send("/v1/tasks/tasks.add", from(`${NONCE}; attempt=3; age=2`, { args: [2, 3], link: add(4) }));
    expect(broker.sent).toEqual([
      { nonce: NONCE, attempt: 2, sentAt: NOW - 1_500 },
      { nonce: NONCE, attempt: 3, sentAt: NOW - 2_000 },
    ]);
    expect((await send("/v1/canvas", from("mine", add(2, 3)))).status).toBe(422);
    expect(broker.started).toHaveLength(2);
  });
});

describe("POST /v1/canvas", () => {
  it("answers 202 with the result tree of a chain, and the address of its last result", async () => {
    const { post, broker } = stage();
    const answer = await post("/v1/canvas", chain(add(2, 3), add(4)));
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/v1/results/${idAt(1)}`);
    expect(await answer.json()).toEqual({ task_id: idAt(1), parent: { task_id: idAt(0), parent: null } });
    expect(broker.started[0]?.calls.map(({ line }) => JSON.parse(line).args)).toEqual([[2, 3], [4]]);
  });

  it("answers with the tree of a group, and its address", async () => {
    const { post } = stage();
    const answer = await post("/v1/canvas", group(add(1, 1), add(2, 2)));
    expect(answer.headers.get("location")).toBe(`/v1/groups/${GROUP_ID}`);
    const children = [0, 1].map((slot) => ({ task_id: idAt(slot), parent: null }));
    expect(await answer.json()).toEqual({ group_id: GROUP_ID, children, parent: null });
  });

  it("answers 200 with the result when it is there in time, else the tree", async () => {
    const { post, client, broker } = stage();
    client.lookup = { found: true, record: recordOf() };
    const ended = await post("/v1/canvas?wait=5", chain(add(2, 3)));
    expect([ended.status, (await ended.json()) as unknown]).toMatchObject([200, { task_id: idAt(0), status: "SUCCESS", result: 5 }]);
    client.lookup = { found: true, record: recordOf({ state: "PENDING" }) };
    expect((await post("/v1/canvas?wait=5", chain(add(2, 3)))).status).toBe(202);
    expect((await post("/v1/canvas?wait=5", group(add(2, 3)))).status).toBe(202);
    broker.groupAnswer = { ...A_GROUP, ready: true };
    const whole = await post("/v1/canvas?wait=5", group(add(2, 3)));
    expect([whole.status, (await whole.json()) as unknown]).toMatchObject([200, { group_id: GROUP_ID, ready: true }]);
    expect(broker.asked.at(-1)).toEqual({ id: GROUP_ID, waitMilliseconds: 5_000, cursor: null, limit: 1_000 });
  });

  it("refuses a canvas whole, with the path of every fault, and starts nothing", async () => {
    const { post, broker } = stage();
    const faulty = chain(add(2, 3), group({ ...add(1), args: 7 }, { task: "tasks.ad", kwarg: {} }), 5);
    const problem = await problemOf(await post("/v1/canvas", faulty));
    expect([problem.status, problem.type]).toEqual([422, "urn:celeriac:problem:bad-arguments"]);
    expect(problem.paths).toEqual(["kwargs.tasks[1].kwargs.tasks[0].args", "kwargs.tasks[1].kwargs.tasks[1].kwarg", "kwargs.tasks[2]"]);
    expect(broker.started).toEqual([]);
  });

  it("refuses unknown tasks, arguments that do not fit, unknown queues and options", async () => {
    const { post, broker } = stage();
    const refused = async (...steps: unknown[]) => {
      const { status, faults } = await problemOf(await post("/v1/canvas", chain(add(1, 1), ...steps)));
      return [status, faults[0]?.split(":", 1)[0]];
    };
    expect(await refused({ ...add(1), task: "tasks.ad" })).toEqual([422, "kwargs.tasks[1].task"]);
    expect(await refused(add(1, 2, 3))).toEqual([422, "kwargs.tasks[1].args[1]"]);
    expect(await refused({ ...add(1), options: { queue: "no_such" } })).toEqual([422, "kwargs.tasks[1].options.queue"]);
    expect(await refused({ ...add(1), options: { priority: "high" } })).toEqual([422, "kwargs.tasks[1].options.priority"]);
    expect(broker.started).toEqual([]);
  });

  it("takes a canvas nested a hundred deep, and refuses one nested too deeply", async () => {
    const { post, broker } = stage();
    const [before = "", after = ""] = JSON.stringify(chain("inner")).split('"inner"');
    const nested = (depth: number) => `${before.repeat(depth)}${JSON.stringify(add(1, 1))}${after.repeat(depth)}`;
    expect((await post("/v1/canvas", nested(100))).status).toBe(202);
    expect(broker.started[0]?.calls).toHaveLength(1);
    expect((await problemOf(await post("/v1/canvas", nested(501)))).status).toBe(422);
    expect((await problemOf(await post("/v1/canvas", nested(5_000)))).status).toBe(422);
  });

  it("refuses what is no JSON, another content type, and a body of nothing", async () => {
    const { post, send } = stage();
    expect((await problemOf(await post("/v1/canvas", "{"))).status).toBe(400);
    expect((await problemOf(await post("/v1/canvas", add(1, 1), { "content-type": "text/plain" }))).status).toBe(415);
    expect((await problemOf(await send("/v1/canvas", { method: "POST" }))).status).toBe(415);
  });

  it("answers 429 when the broker has no room", async () => {
    const { post, broker } = stage();
    broker.refusal = { ok: false, code: "backlog_full", index: 0, message: "no room" };
    const { status, headers } = await problemOf(await post("/v1/canvas", chain(add(1, 1))));
    expect([status, headers.get("retry-after")]).toEqual([429, "5"]);
  });
});

describe("GET /v1/groups/{group_id}", () => {
  it("tells how far the group is, and its results in order", async () => {
    const { send, broker } = stage();
    const answer = await send(`/v1/groups/${GROUP_ID}?wait=2.5&limit=3&cursor=c`);
    expect(answer.status).toBe(200);
    const { results, ...standing } = (await answer.json()) as { results: unknown[] };
    expect(standing).toEqual({
      group_id: GROUP_ID,
      parent_id: null,
      ready: false,
      successful: false,
      failed: true,
      completed_count: 1,
      count: 3,
      cursor: "more",
    });
    expect(results).toMatchObject([{ task_id: idAt(0), result: 5 }, { group_id: idAt(701) }, null]);
    expect(broker.asked).toEqual([{ id: GROUP_ID, waitMilliseconds: 2_500, limit: 3, cursor: "c" }]);
  });

  it("answers 404 for what was never a group, 410 for one that has expired, 422 for a limit that is none", async () => {
    const { send, broker } = stage();
    broker.groupAnswer = { found: false, why: "unknown" };
    expect((await problemOf(await send(`/v1/groups/${GROUP_ID}`))).status).toBe(404);
    broker.groupAnswer = { found: false, why: "expired" };
    expect((await problemOf(await send(`/v1/groups/${GROUP_ID}`))).status).toBe(410);
    expect((await problemOf(await send("/v1/groups/mine"))).status).toBe(404);
    for (const limit of ["0", "1001", "many"]) {
      expect((await problemOf(await send(`/v1/groups/${GROUP_ID}?limit=${limit}`))).paths).toEqual(["limit"]);
    }
  });
});

describe("GET /v1/results/{id}/tree", () => {
  it("tells of every task of the workflow", async () => {
    const { send, broker } = stage();
    const node = { name: "tasks.add", rootId: idAt(0), groupId: null, receivedAt: NOW, startedAt: NOW + 5 };
    broker.treeAnswer = {
      found: true,
      rootId: idAt(0),
      nodes: [
        { ...node, id: idAt(0), state: "SUCCESS", parentId: null, children: [idAt(1)], doneAt: NOW + 10 },
        { ...node, id: idAt(1), state: "PENDING", parentId: idAt(0), children: [], startedAt: null, doneAt: null },
      ],
      cursor: null,
    };
    const answer = await send(`/v1/results/${idAt(1)}/tree`);
    expect(await answer.json()).toEqual({
      root_id: idAt(0),
      nodes: [
        {
          task_id: idAt(0),
          name: "tasks.add",
          status: "SUCCESS",
          root_id: idAt(0),
          parent_id: null,
          group_id: null,
          children: [idAt(1)],
          date_received: "2026-11-22T14:00:00.000Z",
          date_started: "2026-11-22T14:00:00.005Z",
          date_done: "2026-11-22T14:00:00.010Z",
        },
        expect.objectContaining({ task_id: idAt(1), status: "PENDING", parent_id: idAt(0), date_started: null, date_done: null }),
      ],
      cursor: null,
    });
    expect(broker.asked).toEqual([{ id: idAt(1), limit: 1_000, cursor: null }]);
  });

  it("answers 404 for an id that was never given", async () => {
    const { send } = stage();
    expect((await problemOf(await send(`/v1/results/${idAt(1)}/tree`))).status).toBe(404);
  });
});

describe("link and link_error of POST /v1/tasks/{name}", () => {
  it("submit the task with its callbacks", async () => {
    const { post, broker } = stage();
    const answer = await post("/v1/tasks/tasks.add", {
      args: [2, 3],
      queue: "slow",
      link: [add(4)],
      link_error: { ...add(0, 0), immutable: true },
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([202, `/v1/results/${idAt(0)}`]);
    expect(await answer.json()).toEqual({ task_id: idAt(0), status: "PENDING" });
    const [workflow] = broker.started;
    expect(workflow?.calls.map(({ line, queue }) => [JSON.parse(line).args, queue])).toEqual([[[2, 3], "slow"]]);
    expect(workflow?.plan.templates.map(({ calls }) => JSON.parse(calls[0]?.line ?? "").args)).toEqual([[4], [0, 0]]);
  });

  it("are refused with the path of the fault, under the names of the call's options", async () => {
    const { post, broker } = stage();
    const refused = async (body: object) => (await problemOf(await post("/v1/tasks/tasks.add", { args: [2, 3], ...body }))).paths;
    expect(await refused({ link: [add(4), { task: "tasks.ad" }] })).toEqual(["link[1].task"]);
    expect(await refused({ link: 7 })).toEqual(["link[0]"]);
    expect(await refused({ link: add(4), priority: "high" })).toEqual(["priority"]);
    expect(await refused({ link: add(4), idempotency_key: "k" })).toEqual(["idempotency_key"]);
    expect(broker.started).toEqual([]);
  });
});

describe("link and link_error of POST /v1/tasks", () => {
  it("submit all calls as one workflow, that is no group", async () => {
    const { post, broker } = stage();
    const answer = await post("/v1/tasks", [
      { task: "tasks.add", args: [2, 3], link: add(4), link_error: [{ ...add(0, 0), immutable: true }] },
      { task: "tasks.add", args: [1, 1], countdown: 5 },
      { task: "tasks.add", args: [5, 5], queue: "slow", link: add(4) },
      { task: "tasks.add", args: [6, 6], link: [add(4)], link_error: { ...add(0, 0), immutable: true } },
    ]);
    expect([answer.status, await answer.json()]).toEqual([202, { task_ids: [0, 1, 2, 3].map(idAt) }]);
    const [workflow] = broker.started;
    expect(workflow?.handle).toBeNull();
    expect(workflow?.calls.map(({ line, queue, due }) => [JSON.parse(line).args, queue, due])).toEqual([
      [[2, 3], "celery", undefined],
      [[1, 1], "celery", NOW + 5_000],
      [[5, 5], "slow", undefined],
      [[6, 6], "celery", undefined],
    ]);
    expect(workflow?.plan).toMatchObject({ callbacksOf: [1, 1, 0, 1, 2, 1, 1, 1], layout: { joins: [], to: -1 } });
    expect(workflow?.plan.callbacks).toEqual([
      { links: [0], errbacks: [1] },
      { links: [0], errbacks: [] },
    ]);
    expect(workflow?.plan.templates.map(({ calls }) => JSON.parse(calls[0]?.line ?? "").args)).toEqual([[4], [0, 0]]);
  });

  it("are refused with the path of the fault and its line, and with them the whole body", async () => {
    const { post, broker, client } = stage();
    const lines = [{ task: "tasks.add" }, { task: "tasks.add", args: [1, 1], priority: "high", link: [add(4), { task: "tasks.ad" }] }];
    const body = lines.map((line) => JSON.stringify(line)).join("\n");
    const problem = await problemOf(await post("/v1/tasks", body, { "content-type": "application/x-ndjson" }));
    expect(problem.status).toBe(422);
    expect(problem.paths).toEqual(["[0].args[0]", "[0].args[1]", "[1].link[1].task", "[1].priority"]);
    expect(problem.faults[3]).toContain("line 2: ");
    expect([broker.started, client.submits]).toEqual([[], []]);
  });

  it("go with no idempotency key, on any of the calls", async () => {
    const { post, broker } = stage();
    const linked = { task: "tasks.add", args: [2, 3], link: add(4) };
    const refused = async (...calls: object[]) => (await problemOf(await post("/v1/tasks", calls))).paths;
    expect(await refused(linked, { task: "tasks.add", args: [1, 1], idempotency_key: "k" })).toEqual(["[1].idempotency_key"]);
    expect(await refused({ ...linked, idempotency_key: "k" })).toEqual(["[0].idempotency_key"]);
    expect(broker.started).toEqual([]);
  });
});
