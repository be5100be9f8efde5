import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { NotFound, ResultExpired, TaskRevokedError, TimeoutError } from "../../src/core/errors.ts";
import type { Lookup } from "../../src/core/result.ts";
import { BrokerDouble, found } from "./broker-double.ts";

function setup(...lookups: Lookup[]) {
  const app = new Celeriac("tasks");
  const broker = new BrokerDouble();
  broker.lookups = lookups;
  app.connect(broker);
  return { broker, result: app.AsyncResult<number>("id-1") };
}

const failure = found("FAILURE", { exc_type: "TypeError", exc_message: ["bad x"], exc_module: "builtins" }, "TypeError: bad x\n    at add");

describe("AsyncResult.get", () => {
  it("asks again, 20 seconds at most each time, until the task has ended", async () => {
    const { broker, result } = setup(found("PENDING"), found("STARTED"), found("SUCCESS", 5));
    expect(await result.get()).toBe(5);
    expect(broker.waits).toEqual([20, 20, 20]);
  });

  it("asks for no longer than its timeout, then throws TimeoutError with id and seconds", async () => {
    const { broker, result } = setup(found("STARTED"));
    await expect(result.get({ timeout: 25 })).rejects.toThrow(TimeoutError);
    expect(broker.waits).toEqual([20, 5]);
    await expect(result.get({ timeout: 0.5 })).rejects.toThrow("the task id-1 did not end within 0.5 s; its state is STARTED");
  });

  it("looks once with a timeout of 0", async () => {
    const { broker, result } = setup(found("SUCCESS", 1));
    expect(await result.get({ timeout: 0 })).toBe(1);
    expect(broker.waits).toEqual([0]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the timeout %d", async (timeout) => {
    const { broker, result } = setup(found("SUCCESS", 1));
    await expect(result.get({ timeout })).rejects.toMatchObject({ code: "bad_option" });
    expect(broker.waits).toEqual([]);
  });

  it("answers dates, bytes and big integers as such", async () => {
    const { result } = setup(
      found("SUCCESS", [
        { __type__: "datetime", __value__: "2026-12-24T18:00:00" },
        { __type__: "bytes", __value__: "hi" },
        { __type__: "bigint", __value__: "7" },
      ]),
    );
    const value = [new Date("2026-12-24T18:00:00Z"), new TextEncoder().encode("hi"), 7n];
    expect(await result.get()).toEqual(value);
    expect(await result.result).toEqual(value);
  });

  it("throws what the task threw: type, message and stack", async () => {
    const { result } = setup(failure);
    const error = await result.get().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: "TypeError", message: "bad x", stack: "TypeError: bad x\n    at add" });
  });

  it("answers the error instead with propagate: false", async () => {
    const { result } = setup(failure);
    expect(await result.get({ propagate: false })).toBeInstanceOf(TypeError);
  });

  it("throws TaskRevokedError for a revoked task, with the reason where one is stored", async () => {
    const document = { exc_type: "TaskRevokedError", exc_message: ["expired"], exc_module: "celery.exceptions" };
    await expect(setup(found("REVOKED", document)).result.get()).rejects.toThrow(new TaskRevokedError("expired"));
    await expect(setup(found("REVOKED")).result.get()).rejects.toThrow(TaskRevokedError);
  });

  it("tells an id that was never given from a result that is gone", async () => {
    await expect(setup({ found: false, why: "unknown" }).result.get()).rejects.toThrow(NotFound);
    await expect(setup({ found: false, why: "expired" }).result.get()).rejects.toThrow(ResultExpired);
  });

  it("reads a final result once", async () => {
    const { broker, result } = setup(found("SUCCESS", 5));
    await result.get();
    expect([await result.get(), await result.state, await result.result]).toEqual([5, "SUCCESS", 5]);
    expect(broker.waits).toHaveLength(1);
  });
});

describe("AsyncResult's questions", () => {
  it.each([
    ["PENDING", found("PENDING"), [false, false, false], null],
    ["STARTED", found("STARTED"), [false, false, false], null],
    ["SUCCESS", found("SUCCESS", 5), [true, true, false], null],
    ["FAILURE", failure, [true, false, true], "TypeError: bad x\n    at add"],
    ["REVOKED", found("REVOKED"), [true, false, false], null],
  ])("of a task in state %s", async (state, lookup, answers, traceback) => {
    const { broker, result } = setup(lookup);
    expect(await result.state).toBe(state);
    expect([await result.ready(), await result.successful(), await result.failed()]).toEqual(answers);
    expect(await result.traceback).toBe(traceback);
    expect(broker.waits.every((wait) => wait === 0)).toBe(true);
  });

  it("say PENDING of an id that is unknown, as Celery does", async () => {
    const { result } = setup({ found: false, why: "unknown" });
    expect([await result.state, await result.ready(), await result.result]).toEqual(["PENDING", false, null]);
  });

  it("answer what there is to know before the end: a state's meta, or the error that a retry is for", async () => {
    const progress = setup(found("PROGRESS", { done: 3 })).result;
    expect([await progress.state, await progress.ready(), await progress.info, await progress.result]).toEqual([
      "PROGRESS",
      false,
      { done: 3 },
      null,
    ]);
    const busy = { exc_type: "TypeError", exc_message: ["busy"], exc_module: "builtins" };
    expect(await setup(found("RETRY", busy)).result.info).toEqual(new TypeError("busy"));
    expect([await setup(found("PENDING")).result.info, await setup(found("SUCCESS", 5)).result.info]).toEqual([null, 5]);
  });

  it("answer the error of a failure without throwing it", async () => {
    expect(await setup(failure).result.result).toBeInstanceOf(TypeError);
  });
});
