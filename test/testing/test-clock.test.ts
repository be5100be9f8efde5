import { describe, expect, it } from "vitest";
import { TestClock } from "../../src/testing/test-clock.ts";

describe("a test's clock", () => {
  it("stands still until it is moved, and never goes back", () => {
    const clock = new TestClock("2026-12-24T18:00:00Z");
    const start = clock.now();
    clock.moveTo(start + 5);
    clock.moveTo(start);
    expect(clock.now()).toBe(start + 5);
  });

  it("rings timers on the way, in their order and at their time, and not those that were taken back", () => {
    const clock = new TestClock(0);
    const rung: unknown[] = [];
    clock.after(20, () => rung.push(["b", clock.now()]));
    clock.after(10, () => {
      rung.push(["a", clock.now()]);
      clock.after(5, () => rung.push(["c", clock.now()]));
    });
    clock.after(12, () => rung.push("never"))();
    clock.moveTo(100);
    expect(rung).toEqual([
      ["a", 10],
      ["c", 15],
      ["b", 20],
    ]);
  });
});
