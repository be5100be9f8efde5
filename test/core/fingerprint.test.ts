import { describe, expect, it } from "vitest";
import { fingerprint } from "../../src/core/fingerprint.ts";

describe("fingerprint", () => {
  it("is 16 hexadecimal digits that do not change between versions", () => {
    expect(fingerprint({ task: "tasks.add", args: [2, 3] })).toBe("4310cfd12448d1c1");
  });

  it("does not see the order of keys, at any depth", () => {
    expect(fingerprint({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(fingerprint({ b: [{ d: 2, c: 1 }], a: 1 }));
  });

  it("sees the order of items", () => {
    expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
  });

  it("differs between 100,000 near values", () => {
    const marks = new Set<string>();
    for (let value = 0; value < 100_000; value++) marks.add(fingerprint([value]));
    expect(marks.size).toBe(100_000);
  });

  it("differs in either half between near values", () => {
    const marks = Array.from({ length: 10_000 }, (_, value) => fingerprint({ args: [value, 1] }));
    for (const half of [0, 8]) expect(new Set(marks.map((mark) => mark.slice(half, half + 8))).size).toBeGreaterThan(9_950);
  });
});
