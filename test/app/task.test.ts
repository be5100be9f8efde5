import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { BacklogFull, CeleriacError, ImproperlyConfigured, RefusedCall } from "../../src/core/errors.ts";
import { aContext } from "./a-context.ts";
import { BrokerDouble, found, NOW } from "./broker-double.ts";

function setup() {
  const app = new Celeriac("tasks");
  const broker = new BrokerDouble();
  app.connect(broker);
  const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
  return { app, broker, add };
}

const context = aContext();

describe("task.delay", () => {
  it("sends the arguments and answers a result with the broker's id", async () => {
    const { add, broker } = setup();
    const result = await add.delay(2, 3);
    expect(result.id).toBe("id-1");
    expect(broker.calls).toEqual([{ line: '{"task":"tasks.add","args":[2,3]}', queue: "celery" }]);
  });

  it("rejects when the app is not connected, and says what to do", async () => {
    const lonely = new Celeriac("shop").task("t", () => 1);
    await expect(lonely.delay()).rejects.toThrow(ImproperlyConfigured);
    await expect(lonely.delay()).rejects.toThrow(
      "the app 'shop' is not connected to a broker: inside the Worker `deploy(app)` connects it",
    );
  });

  it("serves tasks that were registered before the app was connected", async () => {
    const app = new Celeriac("tasks");
    const task = app.task("t", () => 1);
    const broker = new BrokerDouble();
    app.connect(broker);
    await task.delay();
    expect(broker.lines).toEqual([{ task: "t" }]);
  });

  it("sends nothing when an argument cannot be sent", async () => {
    const { add, broker } = setup();
    await expect(add.delay(2, Number.NaN)).rejects.toThrow("tasks.add: args[1]: expected a value that JSON can hold, got the number NaN");
    expect(broker.calls).toEqual([]);
  });
});

describe("task.applyAsync", () => {
  it("sends args, kwargs and options", async () => {
    const { add, broker } = setup();
    await add.applyAsync({ args: [2], kwargs: { y: 3 }, countdown: 1, queue: "sums", priority: 3, headers: { h: 1 } });
    expect(broker.lines).toEqual([{ task: "tasks.add", args: [2], kwargs: { y: 3 }, headers: { h: 1 }, priority: 3 }]);
    expect(broker.calls[0]).toMatchObject({ queue: "sums", due: NOW + 1000, priority: 3 });
  });

  it("needs no call at all when the handler takes nothing", async () => {
    const { app, broker } = setup();
    await app.task("ping", () => "pong").applyAsync();
    expect(broker.lines).toEqual([{ task: "ping" }]);
  });

  it("rejects with every fault when the call does not fit", async () => {
    const { add, broker } = setup();
    const refusal = await add.applyAsync({ kwargs: { x: 1, z: 2 }, priority: 12 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusedCall);
    expect(refusal).toMatchObject({ faults: [{ path: "kwargs.y" }, { path: "kwargs.z" }, { path: "priority" }] });
    expect(broker.calls).toEqual([]);
  });

  it("rejects with the broker's code when the broker refuses", async () => {
    const { add, broker } = setup();
    broker.answer = { ok: false, code: "task_id_taken", index: 0, message: "the id is taken" };
    const error = await add.delay(1, 2).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CeleriacError);
    expect(error).toMatchObject({ code: "task_id_taken", message: "tasks.add: the id is taken" });
    broker.answer = { ok: false, code: "too_large", index: 0, message: "too much" };
    await expect(add.delay(1, 2)).rejects.toBeInstanceOf(RefusedCall);
  });

  it("rejects with when to come again when the broker has no room", async () => {
    const { add, broker } = setup();
    broker.answer = { ok: false, code: "backlog_full", index: 0, message: "no room", retryAfterSeconds: 7 };
    const error = await add.delay(1, 2).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BacklogFull);
    expect(error).toMatchObject({ code: "backlog_full", message: "tasks.add: no room", retryAfterSeconds: 7 });
  });

  it("needs no second question when the broker answers the result at once", async () => {
    const { add, broker } = setup();
    const lookup = found("SUCCESS", 5);
    if (lookup.found) broker.answer = { ok: true, ids: ["id-1"], duplicates: [], record: lookup.record };
    expect(await (await add.delay(2, 3)).get()).toBe(5);
    expect(broker.waits).toEqual([]);
  });
});

describe("task.run", () => {
  it("calls the handler with args and kwargs laid out", async () => {
    const { add } = setup();
    expect(await add.run(context, [2], { y: 3 })).toBe(5);
  });

  it("hands the context to a bound handler only", async () => {
    const { app } = setup();
    const bound = app.task("bound", (self, x: number) => [self.request.id, x], { bind: true });
    const plain = app.task("plain", (...all: unknown[]) => all.length);
    expect(await bound.run(context, [7], {})).toEqual(["id-1", 7]);
    expect(await plain.run(context, [7], {})).toBe(1);
  });

  it("lets the handler's own defaults apply", async () => {
    const { app } = setup();
    const task = app.task("power", (x: number, y = 2, z = 1) => x ** y * z, { parameters: ["x", "y", "z"] });
    expect(await task.run(context, [3], { z: 10 })).toBe(90);
  });

  it("waits for an async handler and rejects with what a handler throws", async () => {
    const { app } = setup();
    const later = app.task("later", async (x: number) => x + 1);
    const broken = app.task("broken", () => {
      throw new RangeError("no");
    });
    expect(await later.run(context, [1], {})).toBe(2);
    expect(() => broken.run(context, [], {})).toThrow(new RangeError("no"));
  });

  it("rejects arguments that do not fit", async () => {
    const { add } = setup();
    expect(() => add.run(context, [1], {})).toThrow("missing required argument 'y'");
  });
});
