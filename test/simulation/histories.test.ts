import { describe, expect, it } from "vitest";
import { LEAST_FAULTS, LEAST_TASKS, runHistory } from "../../scripts/simulate/history.ts";
import { writeViolation } from "../../scripts/simulate/report.ts";
import { playSeedsInThreads } from "../../scripts/simulate/seeds.ts";

const HISTORIES = 1_000;
/** A few in each history, less what revokes and lost consumers have touched. */
const LEAST_CANVASES = 2_000;

describe("simulated histories", () => {
  it("plays a thousand of them, and no invariant is broken", { timeout: 300_000 }, async () => {
    const summary = await playSeedsInThreads({ from: 1, count: HISTORIES }, 2);
    const [first] = summary.broken;
    if (first !== undefined) expect.fail(writeViolation(await runHistory(first.seed, { traced: true }), first.violation));
    expect(summary.histories).toBe(HISTORIES);
    expect(summary.fewestTasks).toBeGreaterThanOrEqual(LEAST_TASKS);
    expect(summary.fewestFaults).toBeGreaterThanOrEqual(LEAST_FAULTS);
    expect(summary.full).toBeGreaterThan(HISTORIES);
    // Each came to the value that its parts say; bodies, steps, callbacks and errbacks ran once, or never.
    expect(summary.canvases).toBeGreaterThanOrEqual(LEAST_CANVASES);
  });

  // 36249: callbacks begin while the backlog is full. 39250: a page is read from disk while a callback is written, and a step that was just released in it was granted twice.
  it.each([36_249, 39_250])("plays seed %i, which once broke an invariant", async (seed) => {
    expect((await runHistory(seed)).violation).toBeUndefined();
  });

  it("plays the same seed twice in the same way", async () => {
    const hashes: string[] = [];
    for (const seed of [7, 8, 7]) hashes.push((await runHistory(seed, { traced: true })).trace.hash);
    expect(hashes[2]).toBe(hashes[0]);
    expect(hashes[1]).not.toBe(hashes[0]);
  });

  it("plays a seed the same with and without its trace", async () => {
    const [plain, traced] = [await runHistory(11), await runHistory(11, { traced: true })];
    expect({ ...plain, trace: undefined }).toEqual({ ...traced, trace: undefined });
  });
});
