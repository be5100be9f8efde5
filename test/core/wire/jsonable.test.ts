import { describe, expect, it } from "vitest";
import { toJsonable } from "../../../src/core/wire/jsonable.ts";

describe("toJsonable", () => {
  it("answers what is JSON as it is", () => {
    const value = { a: [1, "x", null, { b: undefined }], c: Object.create(null) };
    expect(toJsonable(value, "args").json).toBe(value);
  });

  it("puts tags where JSON has no form, at any depth, and leaves the value itself alone", () => {
    let deep: unknown = 1n;
    for (let level = 0; level < 150; level++) deep = [deep];
    const { json, faults } = toJsonable({ deep }, "args");
    expect(faults).toEqual([]);
    expect(JSON.stringify(json)).toContain('{"__type__":"bigint","__value__":"1"}');
  });

  it.each([
    ["a function", () => 1, "got a function"],
    ["NaN", Number.NaN, "got the number NaN"],
    ["a Map", new Map(), "got a Map"],
    ["a key that stands for the prototype", JSON.parse('{"__proto__":1}'), "'__proto__' is not allowed"],
  ])("tells of %s, and where", (_, value, message) => {
    expect(toJsonable([value], "args").faults).toEqual([
      { path: expect.stringMatching(/^args\[0\]/), message: expect.stringContaining(message) },
    ]);
  });

  it("tells of an object that contains itself", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = [cycle];
    expect(toJsonable(cycle, "result").faults).toEqual([{ path: "result.self[0]", message: expect.stringContaining("contains itself") }]);
  });

  it("tells of a getter that throws, or a toJSON", () => {
    const throwing = () => {
      throw new Error("closed");
    };
    for (const value of [Object.defineProperty({}, "x", { get: throwing, enumerable: true }), { toJSON: throwing }]) {
      expect(toJsonable(value, "args").faults).toEqual([{ path: "args", message: expect.stringContaining("reading it threw: closed") }]);
    }
  });
});
