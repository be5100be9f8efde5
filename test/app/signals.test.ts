import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { ImproperlyConfigured } from "../../src/core/errors.ts";
import { BrokerDouble } from "./broker-double.ts";

function setup() {
  const app = new Celeriac("tasks");
  const broker = new BrokerDouble();
  app.connect(broker);
  return { app, broker, add: app.task("tasks.add", (x: number, y: number) => x + y) };
}

describe("the signals of a call", () => {
  it("before_task_publish may add to the call's options, headers too", async () => {
    const { app, broker, add } = setup();
    app.on("before_task_publish", ({ sender, args, options }) => {
      options.headers = { sender, first: args[0] };
    });
    await add.delay(2, 3);
    expect(broker.lines).toEqual([{ task: "tasks.add", args: [2, 3], headers: { sender: "tasks.add", first: 2 } }]);
  });

  it("after_task_publish tells the id, once it is written down", async () => {
    const { app, broker, add } = setup();
    const seen: unknown[] = [];
    app.on("after_task_publish", ({ sender, taskId }) => void seen.push([sender, taskId, broker.calls.length]));
    await add.delay(2, 3);
    expect(seen).toEqual([["tasks.add", "id-1", 1]]);
  });
});

describe("app.on", () => {
  it("refuses a name that is no signal with the nearest one, and a receiver that is no function", () => {
    const { app } = setup();
    // @ts-expect-error there is no such signal
    expect(() => app.on("task_failed", () => {})).toThrow("app.on: 'task_failed' is no signal; did you mean 'task_failure'?");
    // @ts-expect-error a receiver is a function
    expect(() => app.on("task_failure", 3)).toThrow(ImproperlyConfigured);
  });
});

describe("a task's hooks", () => {
  it("are refused when they are no functions", () => {
    const { app } = setup();
    // @ts-expect-error a hook is a function
    expect(() => app.task("t", () => 1, { onFailure: "log" })).toThrow("onFailure: expected a function");
  });
});
