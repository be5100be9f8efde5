import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../../src/core/nearest.ts";

describe("nearest", () => {
  const known = ["countdown", "eta", "expires", "taskId"];

  it.each([
    ["countdwon", "countdown"],
    ["COUNTDOWN", "countdown"],
    ["expire", "expires"],
    ["task_id", "taskId"],
    ["eat", "eta"],
  ])("finds for %s the name %s", (typed, meant) => {
    expect(nearest(typed, known)).toBe(meant);
  });

  it("answers nothing when all names are far", () => {
    expect(nearest("serializer", known)).toBeUndefined();
    expect(nearest("", known)).toBeUndefined();
    expect(nearest("eta", [])).toBeUndefined();
  });

  it("prefers the nearer name, and the first of equally near ones", () => {
    expect(nearest("tasks.ad", ["tasks.abc", "tasks.add"])).toBe("tasks.add");
    expect(nearest("ac", ["ab", "ad"])).toBe("ab");
  });

  it("does not compare names that are longer than any of ours", () => {
    const long = "x".repeat(100_000);
    expect(nearest(long, [long])).toBeUndefined();
  });

  it("writes the hint as the end of a sentence", () => {
    expect(didYouMean("ETA", known)).toBe("; did you mean 'eta'?");
    expect(didYouMean("zzz", known)).toBe("");
  });
});
