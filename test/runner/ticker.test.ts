import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type CronTrigger, readCronTrigger } from "../../src/runner/cron-trigger.ts";
import { createTicker } from "../../src/runner/ticker.ts";

const MINUTE = 60_000;

describe("the ticker", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-11-22T13:55:20Z") });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("fires what matches the present minute at once, then each minute on its boundary", async () => {
    const { ticker, fired } = setUp(["* * * * *", "0 3 * * *"]);
    await ticker.first();
    ticker.start();
    expect(fired).toEqual(["13:55:20 * * * * * 13:55:00"]);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(fired.slice(1)).toEqual(["13:56:00 * * * * * 13:56:00", "13:57:00 * * * * * 13:57:00"]);
  });

  it("fires the first trigger at start when none matches: something must wake beat", async () => {
    const { ticker, fired } = setUp(["*/10 * * * *", "0 3 * * *"]);
    await ticker.first();
    expect(fired).toEqual(["13:55:20 */10 * * * * 13:55:00"]);
  });

  it("doubles ticks", async () => {
    const { ticker, fired } = setUp(["* * * * *"], 2);
    ticker.start();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(fired).toEqual(["13:56:00 * * * * * 13:56:00", "13:56:00 * * * * * 13:56:00"]);
  });

  it("loses every tick after the first", async () => {
    const { ticker, fired } = setUp(["* * * * *"], 0);
    await ticker.first();
    ticker.start();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(fired).toHaveLength(1);
  });

  it("skips the minutes that the machine slept through", async () => {
    const { ticker, fired } = setUp(["* * * * *"]);
    ticker.start();
    vi.setSystemTime(Date.parse("2026-11-22T14:30:10Z"));
    await vi.advanceTimersByTimeAsync(40_000);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(fired.map((line) => line.slice(-8))).toEqual(["14:30:00", "14:31:00"]);
  });

  it("stops", async () => {
    const { ticker, fired } = setUp(["* * * * *"]);
    ticker.start();
    ticker.stop();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(fired).toEqual([]);
  });
});

function setUp(expressions: string[], ticksPerMinute = 1) {
  const fired: string[] = [];
  const ticker = createTicker({
    triggers: expressions.map(readCronTrigger).filter((trigger): trigger is CronTrigger => "matches" in trigger),
    ticksPerMinute,
    clock: systemClock,
    fire: async (expression, scheduledAt) => {
      fired.push(`${timeOf(systemClock.now())} ${expression} ${timeOf(scheduledAt)}`);
    },
  });
  return { ticker, fired };
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
