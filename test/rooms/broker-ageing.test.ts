import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

/** Nine steps of priority, at the default of 60 seconds each. */
const NINE_STEPS = 540_000;

describe("a low priority", () => {
  it("goes before a high one once it has waited a minute for each step between them", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0)]);
    pass(NINE_STEPS - 1);
    await stage.submit([aCall(1, { priority: 9 })]);
    pass(2);
    await stage.submit(calls(3, { priority: 9 }).map((call, index) => aCall(index + 2, { ...call, line: aCall(index + 2).line })));
    expect(numbers(await stage.claim())).toEqual([1, 0, 2, 3, 4]);
  });

  it("waits for ever with strict priorities", async () => {
    const stage = new Stage({ priority_ageing: 0 });
    await stage.submit([aCall(0)]);
    pass(10 * NINE_STEPS);
    await stage.submit([aCall(1, { priority: 1 })]);
    expect(numbers(await stage.claim())).toEqual([1, 0]);
  });

  it("is compared though more of a high one is ready than memory takes", async () => {
    const stage = new Stage();
    await stage.submit([aCall(0)]);
    pass(NINE_STEPS + 1);
    await stage.submit(calls(2_500, { priority: 9, line: aCall(9).line }));
    await stage.crash();
    expect(numbers(await stage.claim(2))).toEqual([0, 9]);
  });

  it("counts across limits: what is under one goes by its priority and age too", async () => {
    const stage = new Stage();
    const limits = { name: "tasks.add", perSecond: 100 };
    await stage.submit([aCall(0, { limits })]);
    pass(1_000);
    await stage.submit([aCall(1), aCall(2, { priority: 5 })]);
    expect(numbers(await stage.claim())).toEqual([2, 0, 1]);
  });
});
