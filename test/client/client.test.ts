import { describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import { BadArgumentsProblem, UnauthorizedProblem, UnknownTaskProblem } from "../../src/client/problem.ts";
import { NotFound, ResultExpired } from "../../src/core/errors.ts";
import { idAt, NOW, recordOf } from "../http/setup.ts";
import { stage } from "./stage.ts";

describe("a task called by the client", () => {
  it("is sent with its arguments and options under Celery's names, and answers an AsyncResult", async () => {
    const { client, sent, broker } = stage();
    const result = await client.task("tasks.add").delay(2, 3);
    expect(result.id).toBe(idAt(0));
    const eta = new Date("2026-12-24T18:00:00Z");
    await client.task("tasks.add").applyAsync({
      kwargs: { x: 2n, y: new Date(0) },
      eta,
      expires: new Date("2026-12-25"),
      taskId: idAt(9),
      idempotencyKey: "once",
      ignoreResult: true,
      maxRetries: null,
    });
    expect(sent.map(({ path }) => path)).toEqual(["/v1/tasks/tasks.add", "/v1/tasks/tasks.add"]);
    expect(JSON.parse(sent[1]?.body ?? "")).toEqual({
      kwargs: {
        x: { __type__: "bigint", __value__: "2" },
        y: { __type__: "datetime", __value__: "1970-01-01T00:00:00+00:00" },
      },
      eta: "2026-12-24T18:00:00.000Z",
      expires: "2026-12-25T00:00:00.000Z",
      task_id: idAt(9),
      idempotency_key: "once",
      ignore_result: true,
      max_retries: null,
    });
    const [plain, full] = broker.submits.map(({ calls }) => calls[0]);
    expect(plain?.line).toBe('{"task":"tasks.add","args":[2,3]}');
    expect(full).toMatchObject({ due: eta.getTime(), taskId: idAt(9), idempotency: { key: "once" } });
  });

  it("waits for its result in the same request, if it is to", async () => {
    const { client, broker, sent } = stage();
    broker.submitted = () => ({ ok: true, ids: [idAt(0)], duplicates: [], record: recordOf() });
    const result = await client.task("tasks.add").applyAsync({ args: [2, 3], wait: 5 });
    expect(await result.get()).toBe(5);
    expect(sent.map(({ path }) => path)).toEqual(["/v1/tasks/tasks.add?wait=5"]);
  });

  it("is refused as the deployment refuses it, with every fault", async () => {
    const { client } = stage();
    const refused = await client
      .task("tasks.add")
      .delay(2)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BadArgumentsProblem);
    expect(refused).toMatchObject({ name: "BadArgumentsProblem", code: "bad_arguments", status: 422, errors: [{ path: "args[1]" }] });
    await expect(client.task("tasks.ad").delay()).rejects.toThrow(UnknownTaskProblem);
    await expect(client.task("tasks.add").delay(() => 2, Number.NaN)).rejects.toMatchObject({
      name: "RefusedCall",
      faults: [{ path: "args[0]" }, { path: "args[1]" }],
    });
    await expect(client.with({ key: "wrong" }).task("tasks.add").delay(2, 3)).resolves.toBeDefined();
    await expect(stage({ key: "wrong" }, { CELERIAC_KEYS: "right" }).client.task("tasks.add").delay(2, 3)).rejects.toThrow(
      UnauthorizedProblem,
    );
  });
});

describe("many calls", () => {
  it("travel in one request and answer their results in order", async () => {
    const { client, sent } = stage();
    const results = await client.submit([
      { task: "tasks.add", args: [2, 3] },
      { task: "tasks.any", queue: "slow", countdown: 60 },
    ]);
    expect(results.map(({ id }) => id)).toEqual([idAt(0), idAt(1)]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.headers.get("content-type")).toBe("application/x-ndjson");
    expect(sent[0]?.headers.get("celeriac-nonce")).toMatch(/; attempt=1; age=0.000$/);
    expect(sent[0]?.body).toBe('{"task":"tasks.add","args":[2,3]}\n{"task":"tasks.any","queue":"slow","countdown":60}');
    expect(await client.submit([])).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it("are refused together, with the position of each fault", async () => {
    const { client, broker } = stage();
    const calls = [
      { task: "tasks.add", args: [2] },
      { task: "tasks.mul", args: [2, 3] },
    ];
    await expect(client.submit(calls)).rejects.toMatchObject({
      code: "bad_calls",
      errors: [{ path: "[0].args[1]" }, { path: "[1].task" }],
    });
    await expect(client.submit([{ task: "tasks.add", args: [1, Symbol("x")] }])).rejects.toMatchObject({
      faults: [{ path: "[0].args[1]" }],
    });
    expect(broker.submits).toEqual([]);
  });
});

describe("a result read by the client", () => {
  it("is what it is inside the Worker: the value, the error, the state and what else is known", async () => {
    const { client, broker } = stage();
    const result = client.AsyncResult<Date>(idAt(0));
    broker.lookup = {
      found: true,
      record: recordOf({ result: '{"__type__":"datetime","__value__":"1970-01-01T00:00:00+00:00"}', children: [idAt(1)] }),
    };
    expect(await result.get({ timeout: 5 })).toEqual(new Date(0));
    expect(await result.args).toEqual([2, 3]);
    expect(await result.dateDone).toEqual(new Date(NOW + 10));
    expect((await result.children).map(({ id }) => id)).toEqual([idAt(1)]);
    const document = { exc_type: "TypeError", exc_message: ["no number"], exc_module: "builtins" };
    const record = recordOf({ state: "FAILURE", result: JSON.stringify(document), traceback: "TypeError: no number\n  at add" });
    broker.lookup = { found: true, record };
    const failed = client.AsyncResult(idAt(0));
    await expect(failed.get()).rejects.toThrow(new TypeError("no number"));
    expect(await failed.traceback).toContain("at add");
  });

  it("is waited for in long polls, and no longer than `timeout`", async () => {
    const { client, broker } = stage();
    broker.lookup = { found: true, record: recordOf({ state: "STARTED", result: null, doneAt: null }) };
    await expect(client.AsyncResult(idAt(0)).get({ timeout: 0.004 })).rejects.toMatchObject({ name: "TimeoutError" });
    expect(broker.lookups[0]?.waitSeconds).toBeGreaterThan(0);
    expect(broker.lookups[0]?.waitSeconds).toBeLessThanOrEqual(0.004);
  });

  it("tells an id that was never given from a result that is gone", async () => {
    const { client, broker } = stage();
    const result = client.AsyncResult(idAt(0));
    await expect(result.get()).rejects.toThrow(NotFound);
    broker.lookup = { found: false, why: "expired" };
    await expect(result.get()).rejects.toThrow(ResultExpired);
    expect(await result.exists()).toBe(false);
    expect(await client.AsyncResult("no id").state).toBe("PENDING");
  });

  it("is revoked and forgotten", async () => {
    const { client, broker } = stage();
    const result = client.AsyncResult(idAt(0));
    broker.revocation = "terminated";
    expect(await result.revoke({ terminate: true })).toBe("terminated");
    expect(broker.revokes).toEqual([{ ids: [idAt(0)], terminate: true }]);
    broker.revocation = "expired";
    expect(await result.revoke()).toBe("expired");
    await result.forget();
    broker.forgotten = "unfinished";
    await expect(result.forget()).rejects.toMatchObject({ code: "unfinished" });
  });
});

describe("the client", () => {
  it("tells whether the deployment answers", async () => {
    const { client, broker } = stage();
    expect(await client.health()).toBe(true);
    broker.failure = new Error("gone");
    expect(await client.health()).toBe(false);
    const nobody = new Client({ url: "http://localhost", fetch: () => Promise.reject(new TypeError("refused")) });
    expect(await nobody.health()).toBe(false);
    await expect(nobody.with({ signal: AbortSignal.abort(new Error("left")) }).health()).rejects.toThrow("left");
  });
});
