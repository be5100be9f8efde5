import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { ImproperlyConfigured } from "../../src/core/errors.ts";

describe("a Celeriac app", () => {
  it("finds the tasks that were registered, by name", () => {
    const app = new Celeriac("tasks");
    const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"], doc: "Adds.", queue: "sums" });
    app.task("mail.send", () => null);
    expect(app.get("tasks.add")).toBe(add);
    expect(app.get("tasks.ad")).toBeUndefined();
    expect(app.get("toString")).toBeUndefined();
    expect(app.names()).toEqual(["mail.send", "tasks.add"]);
    expect({ ...add }).toMatchObject({ name: "tasks.add", doc: "Adds.", queue: "sums" });
  });

  it("counts the parameters of a bound handler without its context", () => {
    const app = new Celeriac("tasks");
    const task = app.task("t", (_context, x: number, y: number = 2) => x + y, { bind: true, parameters: ["x", "y"] });
    expect(task.parameters?.map((parameter) => parameter.required)).toEqual([true, false]);
  });

  it("refuses a name that is taken", () => {
    const app = new Celeriac("tasks");
    app.task("tasks.add", () => 1);
    expect(() => app.task("tasks.add", () => 2)).toThrow("task 'tasks.add' is registered already in the app 'tasks'");
  });

  it.each(["", " ", "a b", "a/b", ".add", "..", "x".repeat(256), "<b>"])("refuses the task name %j", (name) => {
    const register = () => new Celeriac("tasks").task(name, () => 1);
    expect(register).toThrow(ImproperlyConfigured);
    expect(register).toThrow("app.task: expected a task name of 1 to 255 letters");
  });

  it.each(["tasks.add", "add", "größe:x-1", "_private", "a"])("takes the task name %j", (name) => {
    expect(new Celeriac("tasks").task(name, () => 1).name).toBe(name);
  });

  it("refuses an app without a name", () => {
    expect(() => new Celeriac("")).toThrow('new Celeriac(name): expected a name such as "tasks", got the string ""');
  });

  it.each([
    [{ parameter: ["x"] }, "task 't': 'parameter' is no option of a task; did you mean 'parameters'?"],
    [{ zzz: 1 }, "'zzz' is no option of a task; there are parameters, bind, doc, beforeStart, onSuccess"],
    [{ bind: 1, queue: "" }, "bind: expected true or false, got the number 1; queue: expected the name of a queue"],
    [{ parameters: "x" }, 'parameters: expected an array of names such as ["x", "y?", "...rest"], got the string "x"'],
    [{ parameters: ["x", "x"] }, "task 't': parameters[1]: the name 'x' is used twice"],
    [["x"], "task 't': expected an object of options, got an array"],
  ])("refuses the options %j", (options, message) => {
    const untyped: object = options;
    const register = () => new Celeriac("tasks").task("t", () => 1, untyped);
    expect(register).toThrow(ImproperlyConfigured);
    expect(register).toThrow(message);
  });

  it("refuses a handler that is no function", () => {
    const handler: () => unknown = JSON.parse("{}");
    expect(() => new Celeriac("tasks").task("t", handler)).toThrow("task 't': expected a function as handler, got an object");
  });

  it("registers nothing when it refuses", () => {
    const app = new Celeriac("tasks");
    expect(() => app.task("t", () => 1, { parameters: ["1"] })).toThrow(ImproperlyConfigured);
    expect(app.names()).toEqual([]);
  });
});
