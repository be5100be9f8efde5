import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planEntry } from "../../src/core/schedule/plan.ts";
import { readSchedule } from "../../src/core/schedule/read-schedule.ts";
import type { Schedule } from "../../src/core/schedule/schedule.ts";
import { latestInstant, nextInstant } from "../../src/core/schedule/schedule.ts";

const zone = "Asia/Shanghai";
const every30s: Schedule = { kind: "interval", everyMilliseconds: 30_000 };

describe("readSchedule", () => {
  it.each([
    [30, 30_000],
    [0.05, 50],
    [1.5, 1_500],
    [{ minutes: 1 }, 60_000],
    [{ days: 1, hours: -1 }, 82_800_000],
    [{ weeks: 1, milliseconds: 5, microseconds: 4_000 }, 604_800_009],
  ])("reads %j as an interval of %d ms", (value, everyMilliseconds) => {
    expect(readSchedule(value)).toEqual({ schedule: { kind: "interval", everyMilliseconds } });
  });

  it.each([
    [0, "expected an interval from 0.05 seconds"],
    [-30, "got -30 seconds"],
    [0.01, "expected an interval from 0.05 seconds"],
    [1e12, "to 36525 days"],
    [Number.NaN, "expected a number of seconds or a table"],
    [true, "got the boolean true"],
    [[30], "got an array"],
    ["30", 'got the string "30"'],
    ["30 seconds", "expected a number of seconds or a table"],
    [{}, "at least one of weeks, days, hours"],
    [{ minutes: "1" }, "expected a number for 'minutes', got the string"],
    [{ minuts: 1 }, "unknown field 'minuts'; did you mean 'minute"],
    [{ years: 1 }, "unknown field 'years'"],
    [{ minute: 1 }, "crontab schedules (field 'minute') are not supported yet; for an interval write 'minutes'"],
    [{ minute: 0, hour: 7 }, "crontab schedules (field 'minute') are not supported yet"],
    ["0 7 * * mon", "crontab schedules are not supported yet"],
    [{ event: "sunset", lat: 1, lon: 2 }, "solar schedules"],
    [{ at: "2026-12-24T18:00:00+01:00" }, "clocked schedules"],
    [{ hours: 1, relative: true }, "relative schedules"],
  ])("refuses %j", (value, message) => {
    expect(readSchedule(value)).toEqual({ fault: expect.stringContaining(message) });
  });
});

describe("nextInstant and latestInstant of an interval", () => {
  const origin = { firstSeen: 1_000, zone };

  it("count from the moment the entry was first seen, which is no instant itself", () => {
    expect(latestInstant(every30s, 1_000, origin)).toBeNull();
    expect(latestInstant(every30s, 30_999, origin)).toBeNull();
    expect(latestInstant(every30s, 31_000, origin)).toBe(31_000);
    expect(nextInstant(every30s, 1_000, origin)).toBe(31_000);
    expect(nextInstant(every30s, 31_000, origin)).toBe(61_000);
    expect(nextInstant(every30s, 0, origin)).toBe(31_000);
  });

  it("enclose every moment: latest <= moment < next, one interval apart", () => {
    const instants = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 50, max: 1e10 }), (firstSeen, elapsed, everyMilliseconds) => {
        const schedule: Schedule = { kind: "interval", everyMilliseconds };
        const moment = firstSeen + elapsed;
        const next = nextInstant(schedule, moment, { firstSeen, zone });
        const latest = latestInstant(schedule, moment, { firstSeen, zone });
        expect(next).toBeGreaterThan(moment);
        expect((next - firstSeen) % everyMilliseconds).toBe(0);
        expect(latest ?? firstSeen).toBeLessThanOrEqual(moment);
        expect(next - (latest ?? firstSeen)).toBe(everyMilliseconds);
      }),
    );
  });
});

describe("planEntry", () => {
  const plan = (lastInstant: number | null, now: number) => planEntry(every30s, { firstSeen: 0, lastInstant }, { now, zone });

  it("has nothing due before the first instant", () => {
    expect(plan(null, 29_999)).toEqual({ due: null, next: 30_000 });
  });

  it("has an instant due from its very millisecond on, once", () => {
    expect(plan(null, 30_000)).toEqual({ due: 30_000, next: 60_000 });
    expect(plan(30_000, 30_000)).toEqual({ due: null, next: 60_000 });
  });

  it("collapses missed instants to the last one", () => {
    expect(plan(30_000, 3_605_000)).toEqual({ due: 3_600_000, next: 3_630_000 });
  });

  it("rests after the clock was set back, until the time it had reached comes again", () => {
    expect(plan(3_600_000, 45_000)).toEqual({ due: null, next: 3_630_000 });
    expect(planEntry(every30s, { firstSeen: 90_000, lastInstant: null }, { now: 10_000, zone })).toEqual({ due: null, next: 120_000 });
  });

  it("never has an instant due twice nor out of order, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 50 }), (clock) => {
        let lastInstant: number | null = null;
        for (const now of clock) {
          const { due, next }: { due: number | null; next: number } = plan(lastInstant, now);
          if (due !== null) {
            expect(due).toBeGreaterThan(lastInstant ?? 0);
            expect(due).toBeLessThanOrEqual(now);
            lastInstant = due;
          }
          expect(next).toBeGreaterThan(Math.max(now, lastInstant ?? 0));
        }
      }),
    );
  });
});
