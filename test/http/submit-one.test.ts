import { describe, expect, it } from "vitest";
import { idAt, NOW, problemOf, recordOf, setup } from "./setup.ts";

const PATH = "/v1/tasks/tasks.add";

describe("POST /v1/tasks/{name}", () => {
  it("answers 202 with the id, its address and PENDING", async () => {
    const { post, broker } = setup();
    const answer = await post(PATH, { args: [2, 3] });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/v1/results/${idAt(0)}`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.json()).toEqual({ task_id: idAt(0), status: "PENDING" });
    expect(broker.submits).toEqual([{ calls: [{ line: '{"task":"tasks.add","args":[2,3]}', queue: "celery" }], waitSeconds: undefined }]);
  });

  it("takes kwargs, and a charset beside the content type", async () => {
    const { post, broker } = setup();
    const answer = await post(PATH, { kwargs: { x: 2, y: 3 } }, { "content-type": "Application/JSON; charset=UTF-8" });
    expect(answer.status).toBe(202);
    expect(broker.submits[0]?.calls[0]?.line).toBe('{"task":"tasks.add","kwargs":{"x":2,"y":3}}');
  });

  it("calls without arguments when the body is absent or blank, whatever the content type", async () => {
    const { send, broker } = setup();
    for (const init of [{}, { body: "" }, { body: " \r\n", headers: { "content-type": "text/plain" } }]) {
      expect((await send("/v1/tasks/tasks.print_task", { method: "POST", ...init })).status).toBe(202);
    }
    expect(broker.submits.map((submit) => submit.calls[0]?.line)).toEqual(Array(3).fill('{"task":"tasks.print_task"}'));
  });

  it("hands every option on", async () => {
    const { post, broker } = setup();
    const answer = await post(PATH, {
      args: [2, 3],
      countdown: 1.5,
      expires: 60,
      task_id: "ABCDEF00-0000-4000-8000-000000000000",
      queue: "slow",
      priority: 9,
      headers: { trace: "1" },
      ignore_result: true,
      shadow: "sum",
      idempotency_key: "k",
    });
    expect(answer.status).toBe(202);
    expect(broker.submits[0]?.calls[0]).toMatchObject({
      queue: "slow",
      due: NOW + 1500,
      expires: NOW + 60_000,
      priority: 9,
      taskId: "abcdef00-0000-4000-8000-000000000000",
      idempotency: { key: "k" },
    });
    const line: unknown = JSON.parse(broker.submits[0]?.calls[0]?.line ?? "");
    expect(line).toMatchObject({ headers: { trace: "1" }, ignore_result: true, shadow: "sum", priority: 9 });
  });

  it("reads eta and expires as instants, naive ones in the configured timezone, and null as nothing", async () => {
    const { post, broker } = setup();
    await post(PATH, { args: [2, 3], eta: "2026-12-24T18:00:00+01:00", expires: "2026-12-25 01:30:00", countdown: null });
    expect(broker.submits[0]?.calls[0]).toMatchObject({ due: Date.UTC(2026, 11, 24, 17), expires: Date.UTC(2026, 11, 24, 17, 30) });
  });

  it("refuses an unknown task with the nearest name", async () => {
    const { post, broker } = setup();
    const problem = await problemOf(await post("/v1/tasks/tasks.ad", { args: [2, 3] }));
    expect(problem).toMatchObject({ status: 404, type: "urn:celeriac:problem:unknown-task" });
    expect(problem.detail).toContain("tasks.add");
    expect(broker.submits).toEqual([]);
  });

  it.each(["constructor", "__proto__", "%00", "a".repeat(5000), "%E0%A4%A"])("refuses %s as a task", async (name) => {
    expect((await problemOf(await setup().post(`/v1/tasks/${name}`, {}))).status).toBe(404);
  });
});

describe("a call that does not fit", () => {
  const cases: Array<[what: string, body: unknown, paths: string[], words: string]> = [
    ["too few arguments", { args: [2] }, ["args[1]"], "missing required argument 'y'"],
    ["too many arguments", { args: [1, 2, 3] }, ["args[2]"], "takes 2"],
    ["an unexpected keyword", { args: [1], kwargs: { y: 2, zz: 3 } }, ["kwargs.zz"], "zz"],
    ["args that are no array", { args: { x: 1 } }, ["args"], "expected an array, got an object"],
    ["kwargs that are no object", { args: [1, 2], kwargs: [1] }, ["kwargs"], "expected an object, got an array"],
    ["a misspelt option", { args: [1, 2], countdwn: 1 }, ["countdwn"], "did you mean 'countdown'"],
    ["a task's name beside the address", { args: [1, 2], task: "tasks.add" }, ["task"], "no option"],
    ["a number as text", { args: [1, 2], countdown: "5" }, ["countdown"], 'expected a number of seconds, 0 or more, got the string "5"'],
    ["expires as text", { args: [1, 2], expires: "5" }, ["expires"], "expected a number of seconds or an ISO-8601 time"],
    ["a date that is none", { args: [1, 2], eta: "2026-02-30T00:00:00Z" }, ["eta"], "ISO-8601"],
    ["an eta in seconds", { args: [1, 2], eta: 5 }, ["eta"], "got the number 5"],
    ["a priority out of range", { args: [1, 2], priority: 10 }, ["priority"], "0 to 9"],
    ["an id that is none", { args: [1, 2], task_id: "mine" }, ["task_id"], "UUID"],
    ["a flag as text", { args: [1, 2], ignore_result: "yes" }, ["ignore_result"], "true or false"],
    ["an unknown queue", { args: [1, 2], queue: "slw" }, ["queue"], "slow"],
    ["a queue that is no name", { args: [1, 2], queue: 7 }, ["queue"], "the number 7"],
  ];
  it.each(cases)("refuses %s and says where", async (_, body, paths, words) => {
    const { post, broker } = setup();
    const problem = await problemOf(await post(PATH, body));
    expect(problem.status).toBe(422);
    expect(problem.paths).toEqual(paths);
    expect(problem.faults[0]).toContain(words);
    expect(broker.submits).toEqual([]);
  });

  it("names every fault at once", async () => {
    const problem = await problemOf(await setup().post(PATH, { args: 1, eta: "soon", countdwn: 1, priority: -1, task_id: 3, queue: "no" }));
    expect(problem.paths.toSorted()).toEqual(["args", "countdwn", "eta", "priority", "queue", "task_id"]);
    expect(problem.type).toBe("urn:celeriac:problem:bad-arguments");
  });
});

describe("?wait", () => {
  it("answers 200 with the result document when the task is final in time", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: true, ids: [idAt(0)], duplicates: [], record: recordOf() });
    const answer = await post(`${PATH}?wait=5`, { args: [2, 3] });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ task_id: idAt(0), status: "SUCCESS", result: 5, name: "tasks.add" });
    expect(broker.submits[0]?.waitSeconds).toBe(5);
  });

  it("answers the 202 when the time is over first, with the state there is", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({
      ok: true,
      ids: [idAt(0)],
      duplicates: [],
      record: recordOf({ state: "STARTED", result: null, doneAt: null }),
    });
    const answer = await post(`${PATH}?wait=0.5`, { args: [2, 3] });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ task_id: idAt(0), status: "STARTED" });
  });

  it("caps the wait at 60 seconds, and takes Prefer: wait as well", async () => {
    const { post, broker } = setup();
    await post(`${PATH}?wait=3600`, { args: [2, 3] });
    await post(PATH, { args: [2, 3] }, { prefer: "respond-async, wait=7" });
    await post(PATH, { args: [2, 3] }, { prefer: "wait=soon" });
    await post(`${PATH}?wait=0`, { args: [2, 3] }, { prefer: "wait=7" });
    expect(broker.submits.map((submit) => submit.waitSeconds)).toEqual([60, 7, undefined, undefined]);
  });

  it.each(["-1", "soon", "", "1e3", "0x10", "NaN"])("refuses a wait of '%s'", async (wait) => {
    const { post, broker } = setup();
    const problem = await problemOf(await post(`${PATH}?wait=${wait}`, { args: [2, 3] }));
    expect(problem).toMatchObject({ status: 422, paths: ["wait"] });
    expect(broker.submits).toEqual([]);
  });
});

describe("an idempotency key", () => {
  it("comes in the body or the header, and both may agree", async () => {
    const { post, broker } = setup();
    await post(PATH, { args: [2, 3], idempotency_key: "k" });
    await post(PATH, { args: [2, 3] }, { "idempotency-key": "k" });
    await post(PATH, { args: [2, 3], idempotency_key: "k" }, { "idempotency-key": "k" });
    const marks = broker.submits.map((submit) => submit.calls[0]?.idempotency);
    expect(marks[0]?.key).toBe("k");
    expect(marks[1]).toEqual(marks[0]);
    expect(marks[2]).toEqual(marks[0]);
  });

  it("is refused when header and body disagree", async () => {
    const problem = await problemOf(await setup().post(PATH, { args: [2, 3], idempotency_key: "a" }, { "idempotency-key": "b" }));
    expect(problem).toMatchObject({ status: 422, paths: ["idempotency_key"] });
  });

  it("used again answers 200 with the first call's id and its state", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: true, ids: [idAt(7)], duplicates: [0] });
    broker.lookup = { found: true, record: recordOf({ id: idAt(7), state: "STARTED" }) };
    const answer = await post(PATH, { args: [2, 3], idempotency_key: "k" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ task_id: idAt(7), status: "STARTED", duplicate: true });
  });

  it("used again with ?wait answers the whole result, marked as a duplicate", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: true, ids: [idAt(0)], duplicates: [0], record: recordOf() });
    const answer = await post(`${PATH}?wait=1`, { args: [2, 3], idempotency_key: "k" });
    expect(await answer.json()).toMatchObject({ task_id: idAt(0), result: 5, duplicate: true });
  });
});

describe("a refusal of the broker", () => {
  it.each([
    ["idempotency_mismatch", 422, ["idempotency_key"]],
    ["task_id_taken", 409, ["task_id"]],
    ["too_large", 413, [""]],
    ["backlog_full", 429, []],
  ] as const)("%s is %i", async (code, status, paths) => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: false, code, index: 0, message: "the broker's own words" });
    const problem = await problemOf(await post(PATH, { args: [2, 3] }));
    expect(problem).toMatchObject({ status, paths, detail: expect.stringContaining("the broker's own words") });
    expect(problem.headers.has("retry-after")).toBe(code === "backlog_full");
  });

  it("for want of room says when to come again, as the broker does", async () => {
    const { post, broker } = setup();
    broker.submitted = () => ({ ok: false, code: "backlog_full", index: 0, message: "no room", retryAfterSeconds: 17 });
    expect((await post(PATH, { args: [2, 3] })).headers.get("retry-after")).toBe("17");
  });
});
