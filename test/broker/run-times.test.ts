import { describe, expect, it } from "vitest";
import { RunTimes } from "../../src/broker/run-times.ts";

/** A report of so many tasks, each of which ran so long, so many milliseconds after their grant. */
function report(count: number, run: number, turn: number) {
  return { grantedAt: 1_000, now: 1_000 + turn, outcomes: Array.from({ length: count }, () => ({ startedAt: 0, endedAt: run })) };
}

describe("the tasks of a queue", () => {
  it("are not known to be short before any was reported", () => {
    expect(new RunTimes().short).toBe(false);
  });

  it("are short when they run for a few milliseconds and come back as fast", () => {
    const times = new RunTimes();
    times.note(report(100, 1, 50));
    expect(times.short).toBe(true);
  });

  it("are not short when they wait for long, however many do so side by side", () => {
    const times = new RunTimes();
    times.note(report(100, 200, 200));
    expect(times.short).toBe(false);
  });

  it("are not short when they compute for long, which a consumer's clock does not show", () => {
    const times = new RunTimes();
    times.note(report(100, 0, 5_000));
    expect(times.short).toBe(false);
  });

  it("are no longer short soon after they have become slow, and again when they are fast again", () => {
    const times = new RunTimes();
    times.note(report(100, 0, 10));
    times.note(report(100, 20, 100));
    expect(times.short).toBe(false);
    for (let reports = 0; reports < 5; reports++) times.note(report(100, 0, 10));
    expect(times.short).toBe(true);
  });
});
