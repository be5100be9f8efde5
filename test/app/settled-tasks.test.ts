import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { SettledTasks } from "../../src/app/settled-tasks.ts";
import { readConfig } from "../../src/core/config.ts";

const configOf = (table: unknown) => readConfig(table).config;

describe("the tasks of an app, settled", () => {
  const app = new Celeriac("tasks");
  app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"], priority: 3 });
  const tasks = new SettledTasks(app, configOf({ task_annotations: { "tasks.add": { priority: 8 } } }));

  it("are the same tasks, which still run, and are made once", () => {
    const add = tasks.get("tasks.add");
    expect([add?.priority, app.get("tasks.add")?.priority]).toEqual([8, 3]);
    expect(add?.run({} as never, [2], { y: 3 })).toBe(5);
    expect(tasks.get("tasks.add")).toBe(add);
    expect(tasks.names()).toEqual(["tasks.add"]);
  });

  it("have those too that are registered later", () => {
    app.task("tasks.late", () => 1);
    expect(tasks.get("tasks.late")?.acks?.acksLate).toBe(true);
    expect(tasks.get("tasks.none")).toBeUndefined();
  });

  it("are refused at the start when one cannot hold with the configuration", () => {
    const other = new Celeriac("other");
    other.task("t", () => 1, { queue: "nowhere" });
    expect(() => new SettledTasks(other, configOf({}))).toThrow("task 't', with what [vars.celeryconfig] says of it: queue:");
  });
});
