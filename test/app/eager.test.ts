import { describe, expect, it } from "vitest";
import { AsyncResult } from "../../src/app/async-result.ts";
import { Celeriac } from "../../src/app/celeriac.ts";
import { ConnectionHolder } from "../../src/app/connection.ts";
import type { TaskContext } from "../../src/app/context.ts";
import { EagerResult } from "../../src/app/eager-result.ts";
import { runCall } from "../../src/app/eager-run.ts";
import { Signals } from "../../src/app/signals.ts";
import { Task } from "../../src/app/task.ts";
import { defaultConfig } from "../../src/core/config.ts";
import { RefusedCall, TaskRevokedError } from "../../src/core/errors.ts";
import { Ignore, Reject, Retry } from "../../src/core/flow.ts";
import { defaultRetryPolicy } from "../../src/core/retry.ts";
import { BrokerDouble } from "./broker-double.ts";

class OutOfStock extends Error {}

function setup() {
  const app = new Celeriac("tasks");
  const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
  const sell = app.task("tasks.sell", async (_count: number) => {
    throw new OutOfStock("none left");
  });
  return { app, add, sell };
}

describe("a task called as a function", () => {
  it("answers what its handler returns: the value, or the promise of an async one", async () => {
    const { app, add } = setup();
    expect(add(2, 3)).toBe(5);
    const later = app.task("later", async (x: number) => x + 1);
    expect(later(1)).toBeInstanceOf(Promise);
    expect(await later(1)).toBe(2);
  });

  it("throws what its handler throws, and refuses arguments that do not fit", async () => {
    const { add, sell } = setup();
    await expect(sell(1)).rejects.toBeInstanceOf(OutOfStock);
    const one: [number, number] = JSON.parse("[1]");
    expect(() => add(...one)).toThrow("missing required argument 'y'");
  });

  it("hands a bound handler a context of no task", () => {
    const { app } = setup();
    const bound = app.task("bound", ({ request, signal }, x: number) => [request.calledDirectly, request.args, signal.aborted, x], {
      bind: true,
    });
    expect(bound(7)).toEqual([true, [7], false, 7]);
  });

  it("throws the error that a retry is for, or Retry (CELERY.md 2.6)", () => {
    const { app } = setup();
    const again = app.task("again", (self: TaskContext, exc?: Error) => self.retry({ exc }), { bind: true });
    expect(() => again(new RangeError("busy"))).toThrow(RangeError);
    expect(() => again()).toThrow(Retry);
  });

  it("is a Task all the same, with its name and its fields, and found in the app", () => {
    const { app, add } = setup();
    expect(add).toBeInstanceOf(Task);
    expect(typeof add).toBe("function");
    expect([add.name, add.parameters?.length, app.get("tasks.add")]).toEqual(["tasks.add", 2, add]);
    expect({ ...add }).toMatchObject({ name: "tasks.add" });
    expect([1, 2].map((x) => add(x, 1))).toEqual([2, 3]);
  });
});

describe("apply", () => {
  it("runs the handler without a broker and answers a result that is ready", async () => {
    const { add } = setup();
    const result = await add.apply({ args: [2], kwargs: { y: 3 } });
    expect(result).toBeInstanceOf(EagerResult);
    expect(result).toBeInstanceOf(AsyncResult);
    expect([await result.get(), await result.state, await result.result, await result.traceback]).toEqual([5, "SUCCESS", 5, null]);
    expect([await result.ready(), await result.successful(), await result.failed()]).toEqual([true, true, false]);
    expect(result.id).toMatch(/^[0-9a-f]{8}-/);
  });

  it("keeps a failure in the result, whose get() throws the very error", async () => {
    const { sell } = setup();
    const result = await sell.apply({ args: [1] });
    expect([await result.state, await result.failed()]).toEqual(["FAILURE", true]);
    await expect(result.get()).rejects.toBeInstanceOf(OutOfStock);
    expect(await result.get({ propagate: false })).toBeInstanceOf(OutOfStock);
    expect(await result.traceback).toContain("none left");
  });

  it("throws the failure itself when it is told to", async () => {
    const { sell } = setup();
    await expect(sell.apply({ args: [1], throw: true })).rejects.toBeInstanceOf(OutOfStock);
  });

  it("checks the call as a broker's call is checked", async () => {
    const { add } = setup();
    await expect(add.apply({ args: [1, Number.NaN] })).rejects.toBeInstanceOf(RefusedCall);
    await expect(add.apply({ kwargs: { x: 1 } })).rejects.toThrow("missing required argument 'y'");
  });

  it("hands the handler what would have come through the wire", async () => {
    const { app } = setup();
    const given: unknown[] = [];
    const note = app.task("note", (...values: unknown[]) => void given.push(...values));
    const list = [1];
    await note.apply({ args: [list, new Date(5), { gone: undefined }] });
    expect(given).toEqual([[1], new Date(5), {}]);
    expect(given[0]).not.toBe(list);
  });

  it("uses the id that it is given, and tells the handler of its call", async () => {
    const { app } = setup();
    const tell = app.task("tell", ({ request }) => [request.id, request.task, request.headers, request.retries], { bind: true });
    const taskId = "00000000-0000-4000-8000-000000000001";
    const result = await tell.apply({ taskId, headers: { h: 1 }, countdown: 60 });
    expect(result.id).toBe(taskId);
    expect(await result.get()).toEqual([taskId, "tell", { h: 1 }, 0]);
  });

  it("runs retries at once, with the arguments they ask for", async () => {
    const { app } = setup();
    const seen: unknown[] = [];
    const again = app.task(
      "again",
      ({ request, retry }, x: number): string => {
        seen.push([request.retries, x]);
        return x > 0 ? retry({ args: [x - 1], countdown: 9e5 }) : "done";
      },
      { bind: true },
    );
    expect(await (await again.apply({ args: [2] })).get()).toBe("done");
    expect(seen).toEqual([
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
  });

  it("retries what autoretryFor names, and keeps the error when no retry is left", async () => {
    let attempts = 0;
    const retry = { ...defaultRetryPolicy, autoretryFor: ["Busy"], maxRetries: 2 };
    const run = () => {
      attempts++;
      throw Object.assign(new Error("busy"), { name: "Busy" });
    };
    const around = { connection: new ConnectionHolder("tasks"), signals: new Signals() };
    const result = await runCall({ name: "busy", retry, run }, { line: '{"task":"busy"}', queue: "celery" }, {}, around);
    expect(await result.get({ propagate: false })).toMatchObject({ name: "Busy" });
    expect([attempts, await result.state]).toEqual([3, "FAILURE"]);
  });

  it("calls the task's hooks and the app's signals of attempts, and none of publishing", async () => {
    const { app } = setup();
    const told: unknown[] = [];
    app.on("before_task_publish", () => told.push("published"));
    app.on("task_success", ({ result }) => told.push(result));
    const task = app.task("hooked", (x: number) => x + 1, { onSuccess: (value, id) => told.push([value, id.length]) });
    await task.apply({ args: [1] });
    expect(told).toEqual([[2, 36], 2]);
  });

  it("says in its context that it is eager, and lets progress be written to nobody", async () => {
    const { app } = setup();
    const tell = app.task("tell", async ({ request, updateState }) => [request.isEager, request.calledDirectly, await updateState({})], {
      bind: true,
    });
    expect(await (await tell.apply()).get()).toEqual([true, false, true]);
  });

  it.each([
    ["Ignore", new Ignore(), "SUCCESS"],
    ["Reject", new Reject("no", true), "FAILURE"],
    ["TaskRevokedError", new TaskRevokedError("revoked"), "REVOKED"],
  ])("ends a task that throws %s", async (_, thrown, state) => {
    const { app } = setup();
    const task = app.task("flow", () => {
      throw thrown;
    });
    expect(await (await task.apply()).state).toBe(state);
  });
});

describe("task_always_eager", () => {
  function eager(settings = {}) {
    const { app, add, sell } = setup();
    const broker = new BrokerDouble();
    app.connect({ ...broker, config: { ...defaultConfig, taskAlwaysEager: true, ...settings } });
    return { add, sell, broker };
  }

  it("runs a call where it is made and sends nothing", async () => {
    const { add, broker } = eager();
    const result = await add.delay(2, 3);
    expect(result).toBeInstanceOf(EagerResult);
    expect(await result.get({ timeout: 1 })).toBe(5);
    expect(await (await add.applyAsync({ args: [1, 2], countdown: 3600 })).get()).toBe(3);
    expect(broker.calls).toEqual([]);
  });

  it("keeps failures in results, or throws them with task_eager_propagates", async () => {
    expect(await (await eager().sell.delay(1)).failed()).toBe(true);
    await expect(eager({ taskEagerPropagates: true }).sell.delay(1)).rejects.toBeInstanceOf(OutOfStock);
  });
});
