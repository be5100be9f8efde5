import { describe, expect, it } from "vitest";
import { readParameters } from "../../src/core/parameters.ts";
import { isHeld, uniqueKey } from "../../src/core/unique.ts";

const bare = { name: "tasks.add" };
const declared = { name: "tasks.add", parameters: readParameters(["x", "y?", "z?"], 1, "task") };

describe("uniqueKey", () => {
  it("is the same for the same call", () => {
    expect(uniqueKey(bare, [{ a: 1, b: 2 }], {})).toBe(uniqueKey(bare, [{ b: 2, a: 1 }], {}));
    expect(uniqueKey(bare, [1], {})).toMatch(/^unique:tasks\.add:[0-9a-f]{16}$/);
  });

  it("is another for other arguments, and for another task", () => {
    const keys = [uniqueKey(bare, [1, 2], {}), uniqueKey(bare, [2, 1], {}), uniqueKey(bare, ["1", 2], {}), uniqueKey(bare, [], {})];
    expect(new Set([...keys, uniqueKey({ name: "tasks.sub" }, [1, 2], {})]).size).toBe(5);
  });

  it("does not mind how declared arguments were given", () => {
    const key = uniqueKey(declared, [2, 3], {});
    expect(uniqueKey(declared, [2], { y: 3 })).toBe(key);
    expect(uniqueKey(declared, [], { y: 3, x: 2 })).toBe(key);
    expect(uniqueKey(declared, [2, 3, undefined], {})).toBe(key);
    expect(uniqueKey(declared, [2], { z: 3 })).not.toBe(key);
  });

  it("fits an idempotency key, and tells long names apart", () => {
    const [one, two] = ["a", "b"].map((end) => uniqueKey({ name: "n".repeat(254) + end }, [], {}));
    expect(one).not.toBe(two);
    expect(one?.length).toBeLessThanOrEqual(255);
  });

  it("refuses arguments that do not fit", () => {
    expect(() => uniqueKey(declared, [], {})).toThrow("missing required argument 'x'");
  });
});

describe("isHeld", () => {
  it.each([
    ["started", "PENDING", true],
    ["started", "STARTED", false],
    ["started", "RETRY", false],
    ["done", "STARTED", true],
    ["done", "RETRY", true],
    ["done", "FAILURE", false],
    ["window", "SUCCESS", true],
    ["window", null, false],
  ] as const)("until %s, while the first call is %s: %s", (until, state, expected) => {
    expect(isHeld({ until, expires: 100 }, state, 99)).toBe(expected);
    expect(isHeld({ until, expires: 100 }, state, 100)).toBe(false);
  });
});
