import { describe, expect, it } from "vitest";
import { ImproperlyConfigured } from "../../src/core/errors.ts";
import { readParameters } from "../../src/core/parameters.ts";

describe("readParameters", () => {
  it("reads plain, optional and rest names", () => {
    expect(readParameters(["x", "y?", "...rest"], 2, "task 't'")).toEqual([
      { name: "x", required: true, rest: false },
      { name: "y", required: false, rest: false },
      { name: "rest", required: false, rest: true },
    ]);
  });

  it("takes a name as optional where the handler has a default", () => {
    const handler = (x: number, y = 1, z = 2) => x + y + z;
    const read = readParameters(["x", "y", "z"], handler.length, "task 't'");
    expect(read.map((parameter) => parameter.required)).toEqual([true, false, false]);
  });

  it("reads no names as no parameters", () => {
    expect(readParameters([], 0, "task 't'")).toEqual([]);
  });

  it.each([
    [["1x"], 0, 'task \'t\': parameters[0]: expected a name such as "x", "y?" or "...rest", got "1x"'],
    [["x y"], 0, 'got "x y"'],
    [[""], 0, 'got ""'],
    [["...rest?"], 0, 'got "...rest?"'],
    [["__proto__"], 0, 'got "__proto__"'],
    [[3], 0, "got 3"],
    [["x", "x?"], 2, "parameters[1]: the name 'x' is used twice"],
    [["...rest", "x"], 0, "parameters[1]: 'x' comes after '...rest', which takes all that follows"],
    [["x?", "y"], 2, "parameters[1]: 'y' is required but comes after 'x', which may be left out"],
    [["x"], 2, "parameters: the handler has 2 parameters without a default, but 1 are named"],
  ])("refuses %j for a handler of %i", (names, length, message) => {
    const read = () => readParameters(names, length, "task 't'");
    expect(read).toThrow(ImproperlyConfigured);
    expect(read).toThrow(message);
  });
});
