import { describe, expect, it } from "vitest";
import { idAt, problemOf, setup } from "./setup.ts";

const NDJSON = { "content-type": "application/x-ndjson" };

describe("POST /v1/tasks", () => {
  it("submits a JSON array and answers the ids in its order", async () => {
    const { post, broker } = setup();
    const answer = await post("/v1/tasks", [
      { task: "tasks.add", args: [2, 3] },
      { task: "tasks.any", priority: 1 },
    ]);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ task_ids: [idAt(0), idAt(1)] });
    expect(broker.submits).toHaveLength(1);
    expect(broker.submits[0]?.calls.map((call) => call.queue)).toEqual(["celery", "slow"]);
  });

  it("submits NDJSON, blank lines and CRLF included", async () => {
    const { post, broker } = setup();
    const answer = await post("/v1/tasks", '{"task":"tasks.add","args":[2,3]}\r\n\n{"task":"tasks.print_task"}\n', NDJSON);
    expect(await answer.json()).toEqual({ task_ids: [idAt(0), idAt(1)] });
    expect(broker.submits[0]?.calls.map((call) => call.line)).toEqual(['{"task":"tasks.add","args":[2,3]}', '{"task":"tasks.print_task"}']);
  });

  it("takes ten thousand tasks in one call", async () => {
    const { post, broker } = setup();
    const answer = await post(
      "/v1/tasks",
      Array.from({ length: 10_000 }, (_, index) => ({ task: "tasks.add", args: [index, 1] })),
    );
    expect(answer.status).toBe(202);
    expect(broker.submits[0]?.calls).toHaveLength(10_000);
    expect(broker.submits[0]?.calls[9_999]?.line).toBe('{"task":"tasks.add","args":[9999,1]}');
  });

  it("accepts nothing when one of them does not fit, and names every fault", async () => {
    const { post, broker } = setup();
    const problem = await problemOf(
      await post("/v1/tasks", [
        { task: "tasks.add", args: [2, 3] },
        { task: "tasks.add", args: [2], countdown: "1" },
        { task: "tasks.ad" },
        { args: [] },
        7,
        { task: "tasks.any", task_id: "x" },
      ]),
    );
    expect(problem.status).toBe(422);
    expect(problem.paths).toEqual(["[1].args[1]", "[1].countdown", "[2].task", "[3].task", "[4]", "[5].task_id"]);
    expect(problem.faults[2]).toContain("did you mean 'tasks.add'");
    expect(broker.submits).toEqual([]);
  });

  it("names item and line of a fault in NDJSON", async () => {
    const { post } = setup();
    const misfit = await problemOf(await post("/v1/tasks", '{"task":"tasks.any"}\n\n{"task":"tasks.add"}\n', NDJSON));
    expect(misfit.status).toBe(422);
    expect(misfit.faults[0]).toMatch(/^\[1\]\.args\[0\]: line 3: missing required argument 'x'/);
    const broken = await problemOf(await post("/v1/tasks", '{"task":"tasks.any"}\n{"task":\n', NDJSON));
    expect(broken.status).toBe(400);
    expect(broken.faults[0]).toMatch(/^\[1\]: line 2: expected JSON/);
    const hidden = await problemOf(await post("/v1/tasks", '{"task":"tasks.any"}\n{"task":"tasks.any","args":[{"__proto__":1}]}', NDJSON));
    expect(hidden).toMatchObject({ status: 422, paths: ["[1].args[0].__proto__"] });
  });

  it("reads two texts on one line as no JSON", async () => {
    expect((await problemOf(await setup().post("/v1/tasks", '{"task":"tasks.any"},{"task":"tasks.any"}', NDJSON))).status).toBe(400);
  });

  it("lists a hundred faults at most", async () => {
    const { post } = setup();
    const problem = await problemOf(await post("/v1/tasks", Array(500).fill({ task: "tasks.add" })));
    expect(problem.paths).toHaveLength(100);
    expect(problem.detail).toContain("the first 100");
  });

  it.each([
    ["an empty array", "[]", 422],
    ["an empty body", "", 422],
    ["an object", '{"task":"tasks.any"}', 422],
    ["no JSON", "[", 400],
    ["too many tasks", `[${"0,".repeat(100_000)}0]`, 413],
  ])("refuses %s", async (_, body, status) => {
    const { post, broker } = setup();
    expect((await problemOf(await post("/v1/tasks", body))).status).toBe(status);
    expect(broker.submits).toEqual([]);
  });

  it("refuses an Idempotency-Key and a wait, which are for one task", async () => {
    const { post } = setup();
    const body = [{ task: "tasks.any" }];
    expect(await problemOf(await post("/v1/tasks", body, { "idempotency-key": "k" }))).toMatchObject({
      status: 422,
      paths: ["Idempotency-Key"],
    });
    expect(await problemOf(await post("/v1/tasks?wait=1", body))).toMatchObject({ status: 422, paths: ["wait"] });
  });

  it("says which of them were duplicates", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: true, ids: [idAt(0), idAt(9)], duplicates: [1] });
    const answer = await post("/v1/tasks", [{ task: "tasks.any" }, { task: "tasks.any", idempotency_key: "k" }]);
    expect(await answer.json()).toEqual({ task_ids: [idAt(0), idAt(9)], duplicates: [1] });
  });

  it("names the call that the broker refused", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: false, code: "task_id_taken", index: 1, message: "the id is taken" });
    const problem = await problemOf(await post("/v1/tasks", [{ task: "tasks.any" }, { task: "tasks.any", task_id: idAt(3) }]));
    expect(problem).toMatchObject({ status: 409, paths: ["[1].task_id"] });
  });
});
