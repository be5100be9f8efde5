import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watch } from "../../src/runner/watchdog.ts";

const PATIENCE = 30_000;

describe("the watchdog", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("leaves a runtime alone that answers, however slowly within the patience", async () => {
    const { hung } = setUp(() => new Promise((resolve) => setTimeout(resolve, PATIENCE - 1_000)));
    await vi.advanceTimersByTimeAsync(20 * PATIENCE);
    expect(hung).not.toHaveBeenCalled();
  });

  it("tells once that a runtime has answered nothing for so long, and again when the next one does not either", async () => {
    const rejects: ((error: Error) => void)[] = [];
    const { hung } = setUp(() => new Promise((_, reject) => rejects.push(reject)));
    await vi.advanceTimersByTimeAsync(PATIENCE);
    expect(hung).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(PATIENCE / 10);
    expect(hung).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5 * PATIENCE);
    expect(hung).toHaveBeenCalledTimes(1);
    rejects[0]?.(new Error("its process has ended"));
    await vi.advanceTimersByTimeAsync(PATIENCE + (2 * PATIENCE) / 10);
    expect([rejects.length, hung.mock.calls.length]).toEqual([2, 2]);
  });

  it("does not take a runtime for hung that cannot be reached: it is being started again", async () => {
    const { hung } = setUp(() => Promise.reject(new Error("connection refused")));
    await vi.advanceTimersByTimeAsync(5 * PATIENCE);
    expect(hung).not.toHaveBeenCalled();
  });

  it("counts the looks it took, not the time that the machine slept", async () => {
    const { hung } = setUp(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(PATIENCE / 2);
    vi.setSystemTime(Date.now() + 10 * PATIENCE);
    await vi.advanceTimersByTimeAsync(PATIENCE / 10);
    expect(hung).not.toHaveBeenCalled();
  });

  it("asks no more once it was stopped", async () => {
    const { watchdog, pulse } = setUp(() => Promise.resolve());
    watchdog.stop();
    await vi.advanceTimersByTimeAsync(PATIENCE);
    expect(pulse).not.toHaveBeenCalled();
  });
});

function setUp(answer: () => Promise<void>) {
  const pulse = vi.fn(answer);
  const hung = vi.fn();
  return { watchdog: watch({ patience: PATIENCE, pulse, hung }), pulse, hung };
}
