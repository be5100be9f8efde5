import { describe, expect, it } from "vitest";
import { bindArguments } from "../../src/core/arguments.ts";
import type { Fault } from "../../src/core/errors.ts";
import { RefusedCall } from "../../src/core/errors.ts";
import { readParameters } from "../../src/core/parameters.ts";

function taskWith(...names: string[]) {
  return { name: "tasks.add", parameters: readParameters(names, names.length, "task 'tasks.add'") };
}

function faultsOf(bind: () => unknown): Fault[] {
  try {
    bind();
  } catch (error) {
    if (error instanceof RefusedCall) {
      expect(error.reason).toBe("bad_arguments");
      return error.faults;
    }
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("bindArguments", () => {
  const add = taskWith("x", "y");

  it.each([
    [[2, 3], {}],
    [[2], { y: 3 }],
    [[], { y: 3, x: 2 }],
  ])("lays args %j and kwargs %j out as 2, 3", (args, kwargs) => {
    expect(bindArguments(add, args, kwargs)).toEqual([2, 3]);
  });

  it("leaves a skipped optional undefined, and drops trailing ones", () => {
    const task = taskWith("x", "y?", "z?", "w?");
    const bound = bindArguments(task, [1], { z: 3 });
    expect(bound).toEqual([1, undefined, 3]);
    expect(Object.keys(bound)).toEqual(["0", "1", "2"]);
    expect(bindArguments(task, [1], {})).toEqual([1]);
  });

  it("hands all further arguments to a rest parameter", () => {
    expect(bindArguments(taskWith("x", "...rest"), [1, 2, 3], {})).toEqual([1, 2, 3]);
    expect(faultsOf(() => bindArguments(taskWith("x", "...rest"), [1], { rest: [2] }))).toEqual([
      { path: "kwargs.rest", message: "got an unexpected keyword argument 'rest'; it takes further positional arguments only" },
    ]);
  });

  it("hands args on unchecked when no parameters are declared, and refuses kwargs", () => {
    expect(bindArguments({ name: "tasks.any" }, [1, 2, 3], {})).toEqual([1, 2, 3]);
    const [fault, ...more] = faultsOf(() => bindArguments({ name: "tasks.any" }, [], { x: 1 }));
    expect(more).toEqual([]);
    expect(fault?.path).toBe("kwargs");
    expect(fault?.message).toContain("declare its `parameters`");
  });

  it("says what is missing, by position or by name", () => {
    expect(faultsOf(() => bindArguments(add, [2], {}))).toEqual([{ path: "args[1]", message: "missing required argument 'y'" }]);
    expect(faultsOf(() => bindArguments(add, [], { x: 2 }))).toEqual([{ path: "kwargs.y", message: "missing required argument 'y'" }]);
  });

  it("says how many arguments are too many", () => {
    expect(faultsOf(() => bindArguments(add, [1, 2, 3], {}))).toEqual([
      { path: "args[2]", message: "takes 2 positional arguments but 3 were given" },
    ]);
    expect(faultsOf(() => bindArguments(taskWith("x", "y?"), [1, 2, 3], {}))[0]?.message).toBe(
      "takes from 1 to 2 positional arguments but 3 were given",
    );
    expect(faultsOf(() => bindArguments(taskWith(), [1], {}))[0]?.message).toBe("takes 0 positional arguments but 1 was given");
  });

  it("answers every fault at once", () => {
    expect(faultsOf(() => bindArguments(taskWith("x", "why"), [1], { x: 2, whi: 3 }))).toEqual([
      { path: "kwargs.x", message: "got multiple values for argument 'x'" },
      { path: "kwargs.why", message: "missing required argument 'why'" },
      { path: "kwargs.whi", message: "got an unexpected keyword argument 'whi'; did you mean 'why'?" },
    ]);
  });

  it("takes no inherited property for a keyword, and no __proto__", () => {
    const task = taskWith("toString?", "x?");
    expect(bindArguments(task, [], {})).toEqual([]);
    const kwargs: Record<string, unknown> = JSON.parse('{"__proto__": {"x": 1}}');
    expect(faultsOf(() => bindArguments(task, [], kwargs))).toEqual([
      { path: "kwargs.__proto__", message: "got an unexpected keyword argument '__proto__'" },
    ]);
  });

  it("does not change what it was given", () => {
    const args = [2];
    bindArguments(add, args, { y: 3 });
    expect(args).toEqual([2]);
  });
});
