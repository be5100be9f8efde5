import { describe, expect, it } from "vitest";
import { idAt, NOW, recordOf } from "../setup.ts";
import { asking } from "./ask.ts";

const APPLY = "/api/task/apply/tasks.any";
const ASYNC = "/api/task/async-apply/tasks.any";
const SEND = "/api/task/send-task/jobs.elsewhere";

/** The one call that the broker was handed, with its line opened. */
function sent({ broker }: ReturnType<typeof asking>) {
  const [call] = broker.submits.flatMap(({ calls }) => calls);
  if (call === undefined) throw new Error("nothing was sent");
  return { ...call, line: JSON.parse(call.line) };
}

describe("submission over Flower's API (FLOWER.md 5.2)", () => {
  it("T1 apply without a body calls the task without arguments, and answers with its value", async () => {
    const flower = asking();
    const record = recordOf({ result: "42", line: '{"task":"tasks.any"}' });
    flower.broker.submitted = () => ({ ok: true, ids: [record.id], duplicates: [], record });
    const answer = await flower.post(APPLY);
    expect([answer.status, answer.json]).toEqual([200, { "task-id": idAt(0), result: 42, state: "SUCCESS" }]);
    expect(flower.broker.submits[0]?.waitSeconds).toBe(60);
    expect(sent(flower).line).toEqual({ task: "tasks.any", ignore_result: true });
  });

  it("X2 apply answers 200 for a failed task too, with Python's repr of the error and the traceback", async () => {
    const { post, broker } = asking();
    const result = '{"exc_type":"ValueError","exc_message":["kaboom"],"exc_module":""}';
    const record = recordOf({ state: "FAILURE", result, traceback: "ValueError: kaboom\n  at …" });
    broker.submitted = () => ({ ok: true, ids: [record.id], duplicates: [], record });
    const answer = await post(APPLY);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      "task-id": idAt(0),
      result: "ValueError('kaboom')",
      traceback: "ValueError: kaboom\n  at …",
      state: "FAILURE",
    });
  });

  it("apply answers with the state alone when the wait is over before the task is", async () => {
    const { post, broker } = asking();
    broker.submitted = () => ({ ok: true, ids: [idAt(0)], duplicates: [], record: recordOf({ state: "STARTED", result: null }) });
    expect((await post(APPLY)).json).toEqual({ "task-id": idAt(0), state: "STARTED" });
  });

  it("T3 X3 reads a JSON body whatever its type says; an empty one is a call without arguments", async () => {
    const flower = asking();
    expect((await flower.json(ASYNC, "")).json).toEqual({ "task-id": idAt(0), state: "PENDING" });
    expect((await flower.json("/api/task/async-apply/tasks.add", { args: [1], kwargs: { y: 2 } })).status).toBe(200);
    expect(JSON.parse(flower.broker.submits[1]?.calls[0]?.line ?? "")).toEqual({ task: "tasks.add", args: [1], kwargs: { y: 2 } });
  });

  it("T4 T11 answers 503 while the broker is down", async () => {
    const { post, broker } = asking();
    broker.failure = Object.assign(new Error("down"), { retryable: true });
    for (const path of [APPLY, ASYNC, SEND]) expect((await post(path)).status).toBe(503);
  });

  it("T5 takes an eta with a fraction of a second, in the deployment's zone", async () => {
    const flower = asking();
    expect((await flower.json(ASYNC, { eta: "2026-11-24 06:00:00.250000" })).status).toBe(200);
    // The deployment's zone is Asia/Shanghai, eight hours ahead.
    expect(sent(flower).due).toBe(Date.UTC(2026, 10, 23, 22, 0, 0, 250));
  });

  it("T6 takes a countdown as text", async () => {
    const flower = asking();
    await flower.json(ASYNC, { countdown: "3" });
    expect(sent(flower).due).toBe(NOW + 3_000);
  });

  it("T7 T8 takes expires as seconds, as text and as a time", async () => {
    for (const expires of ["60", 60, "2026-11-22 22:01:00.0"]) {
      const flower = asking();
      await flower.json(ASYNC, { expires });
      expect(sent(flower).expires).toBe(NOW + 60_000);
    }
  });

  it("T10 send-task takes any name", async () => {
    const flower = asking();
    const answer = await flower.json(SEND, { args: [1], countdown: "2" });
    expect([answer.status, answer.json]).toEqual([200, { "task-id": idAt(0), state: "PENDING" }]);
    expect(sent(flower)).toMatchObject({ line: { task: "jobs.elsewhere", args: [1] }, queue: "celery", due: NOW + 2_000 });
  });

  it("X4 refuses an eta in another form than Flower's, and whatever else does not fit, with 400", async () => {
    const { json, broker } = asking();
    for (const [body, why] of [
      [{ eta: "2026-11-23T06:00:00Z" }, "eta"],
      [{ eta: "2026-11-23 06:00:00" }, "eta"],
      [{ eta: 123 }, "eta"],
      [{ eta: null }, "eta"],
      [{ countdown: null }, "countdown"],
      [{ countdown: "soon" }, "countdown"],
      [{ countdown: -1 }, "countdown"],
      [{ expires: null }, "expires"],
      [{ expires: "tomorrow" }, "expires"],
      [{ args: "12" }, "args"],
      [{ kwargs: [] }, "kwargs"],
      [{ queue: "nowhere" }, "nowhere"],
      [{ task_id: "my-own" }, "task_id"],
      [[1], "object"],
      ["{", "JSON"],
    ] as const) {
      const answer = await json(ASYNC, body);
      expect([body, answer.status, answer.text]).toEqual([body, 400, expect.stringContaining(why)]);
      expect(answer.headers.get("content-type")).toContain("text/plain");
    }
    expect((await json("/api/task/async-apply/tasks.add", { args: [1] })).status).toBe(400);
    expect(broker.submits).toEqual([]);
  });

  it("X5 passes over options that it does not know, keeps the caller's task_id, and takes routing_key for the queue", async () => {
    const flower = asking();
    const id = "0e8cdd1a-7b6c-4d43-9d0a-c2e2a4b1f000";
    const body = {
      task_id: id,
      routing_key: "slow",
      serializer: "json",
      retry: true,
      exchange: "",
      options: { countdown: 5 },
      priority: 3,
    };
    expect((await flower.json("/api/task/async-apply/tasks.print_task", body)).status).toBe(200);
    expect(sent(flower)).toEqual({ line: { task: "tasks.print_task", priority: 3 }, queue: "slow", priority: 3, taskId: id });
  });

  it("answers 404 for a task that is not registered", async () => {
    const { json } = asking();
    for (const path of ["apply", "async-apply"]) {
      const answer = await json(`/api/task/${path}/tasks.ad`, {});
      expect([answer.status, answer.text]).toEqual([404, expect.stringMatching(/^Unknown task 'tasks.ad'.*did you mean 'tasks.add'/)]);
    }
  });

  it("answers 429 with Retry-After while the broker is full, 409 for a task_id that is taken", async () => {
    const { json, broker } = asking();
    broker.submitted = () => ({ ok: false, code: "backlog_full", index: 0, message: "full", retryAfterSeconds: 7 });
    const full = await json(ASYNC, {});
    expect([full.status, full.headers.get("retry-after"), full.text]).toEqual([429, "7", "full"]);
    broker.submitted = () => ({ ok: false, code: "task_id_taken", index: 0, message: "taken" });
    expect((await json(ASYNC, {})).status).toBe(409);
  });
});
