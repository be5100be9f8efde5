import { describe, expect, it } from "vitest";
import { describeValue, findJsonFaults, memberPath } from "../../src/core/json-value.ts";

describe("findJsonFaults", () => {
  it.each([
    [[1, "two", null, true, { deep: [{}] }]],
    [[undefined, { left: undefined }]],
    [[new Date(0), new URL("https://example.com")]],
    [[Object.create(null)]],
  ])("finds nothing wrong with %j", (value) => {
    expect(findJsonFaults(value, "args")).toEqual([]);
  });

  it.each([
    [Number.NaN, "the number NaN"],
    [Number.POSITIVE_INFINITY, "the number Infinity"],
    [10n, "the bigint 10"],
    [() => 1, "a function"],
    [Symbol("s"), "a symbol"],
    [Promise.resolve(1), "a Promise"],
    [new Map(), "a Map"],
    [new Uint8Array(2), "a Uint8Array"],
    [new Error("x"), "an Error"],
    [new Date(Number.NaN), "an invalid Date"],
  ])("names the place of what JSON cannot hold: case %#", (value, shown) => {
    expect(findJsonFaults([0, { z: value }], "args")).toEqual([
      { path: "args[1].z", message: `expected a value that JSON can hold, got ${shown}` },
    ]);
  });

  it("finds a cycle, but lets the same object come twice", () => {
    const twice = { x: 1 };
    expect(findJsonFaults([twice, twice], "args")).toEqual([]);
    const cycle: Record<string, unknown> = {};
    cycle.self = [cycle];
    expect(findJsonFaults([cycle], "args").map((fault) => fault.path)).toEqual(["args[0].self[0]"]);
  });

  it("refuses the key __proto__", () => {
    expect(findJsonFaults(JSON.parse('{"a": {"__proto__": 1}}'), "headers")).toEqual([
      { path: "headers.a.__proto__", message: "the key '__proto__' is not allowed" },
    ]);
  });

  it("stops at some depth, and after some faults", () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 5000; level++) deep = [deep];
    expect(findJsonFaults(deep, "args")[0]?.message).toContain("levels of nesting");
    expect(findJsonFaults(new Array(1000).fill(Number.NaN), "args")).toHaveLength(20);
  });
});

describe("memberPath", () => {
  it("quotes what is no name and cuts what is long", () => {
    expect(memberPath("kwargs", "z")).toBe("kwargs.z");
    expect(memberPath("kwargs", 'a "b"')).toBe('kwargs["a \\"b\\""]');
    expect(memberPath("kwargs", "x".repeat(1000)).length).toBeLessThan(100);
  });
});

describe("describeValue", () => {
  it("says what a value is in a few words", () => {
    expect([null, undefined, "x", 3, [], {}, new Date(0)].map(describeValue)).toEqual([
      "null",
      "undefined",
      'the string "x"',
      "the number 3",
      "an array",
      "an object",
      "a Date",
    ]);
  });
});
