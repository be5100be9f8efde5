import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EntryPlan, type EntryTerms, planEntry } from "../../../src/core/schedule/plan.ts";
import { readSchedule } from "../../../src/core/schedule/read-schedule.ts";
import type { Schedule } from "../../../src/core/schedule/schedule.ts";
import { latestInstant, nextInstant, whyNever } from "../../../src/core/schedule/schedule.ts";
import { solarEvents } from "../../../src/core/schedule/solar.ts";

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
    [
      { hours: 1, relative: true },
      { kind: "interval", everyMilliseconds: 3_600_000, relative: true },
    ],
    [
      { hours: 1, relative: false },
      { kind: "interval", everyMilliseconds: 3_600_000 },
    ],
    [
      "30 7 1-3 jan,jul mon-wed",
      { kind: "crontab", minute: [30], hour: [7], dayOfMonth: [1, 2, 3], monthOfYear: [1, 7], dayOfWeek: [1, 2, 3] },
    ],
    [
      { event: "sunset", lat: -37.8, lon: 144.9 },
      { kind: "solar", event: "sunset", lat: -37.8, lon: 144.9 },
    ],
    [{ at: "2026-12-24T18:00:00+01:00" }, { kind: "clocked", at: Date.UTC(2026, 11, 24, 17) }],
  ])("reads %j", (value, schedule) => {
    expect(readSchedule(value)).toEqual({ schedule });
  });

  it("takes every field of a crontab that is not given for *, and arrays of numbers", () => {
    const read = readSchedule({ minute: 0, day_of_week: [5, 1] });
    expect(read).toMatchObject({ schedule: { minute: [0], dayOfWeek: [1, 5] } });
    expect("schedule" in read && read.schedule.kind === "crontab" && read.schedule.hour.length).toBe(24);
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
    ["30 seconds", 'or a crontab such as "0 7 * * mon", got the string "30 seconds"'],
    [{}, "at least one of weeks, days, hours"],
    [{ minutes: "1" }, "expected a number for 'minutes', got the string"],
    [{ minuts: 1 }, "unknown field 'minuts'; did you mean 'minute"],
    [{ years: 1 }, "unknown field 'years'"],
    [{ minutes: 1, hour: 7 }, "expected the fields of one kind"],
    [{ minute: "1,,2", hour: 24 }, "minute: position 3: expected a number, a name, *"],
    [{ minute: "1,,2", hour: 24 }, "; hour: expected a number from 0 to 23, got 24"],
    [{ day_of_week: 7 }, "got 7 (Sunday is 0)"],
    [{ day_of_week: [1, "mon"] }, 'day_of_week: item 2: expected a whole number, got the string "mon"'],
    [{ minute: [] }, "it would never fire"],
    [{ minute: 1.5 }, "expected a whole number, an array of them, or text"],
    [{ minute: "5/15" }, 'expected * or a range before the step, such as */15, got "5/15"'],
    [{ minute: "*/0" }, "expected a step of at least 1 after '/', got \"0\""],
    [{ minute: "1-5/2-3" }, 'got "2-3"'],
    ["* * * *", "got 4 in"],
    ["* * 32 * *", "day_of_month: expected a number from 1 to 31, got 32"],
    [{ event: "sunsett", lat: 91, lon: "x" }, "did you mean 'sunset'?; lat: expected degrees from -90 to 90, got the number 91; lon: "],
    [{ at: "2026-12-24T18:00:00" }, "at: expected a time with its zone"],
    [{ at: "soon" }, "at: expected a time with its zone"],
    [{ hours: 1, relative: 1 }, "expected true or false for 'relative'"],
  ])("refuses %j", (value, message) => {
    expect(readSchedule(value)).toEqual({ fault: expect.stringContaining(message) });
  });
});

describe("nextInstant and latestInstant of an interval", () => {
  const origin = { firstSeen: 1_000, zone };

  it("count from the moment the entry was first seen, which is no instant itself", () => {
    expect(latestInstant(every30s, { after: 1_000, now: 1_000 }, origin)).toBeNull();
    expect(latestInstant(every30s, { after: 1_000, now: 30_999 }, origin)).toBeNull();
    expect(latestInstant(every30s, { after: 1_000, now: 31_000 }, origin)).toBe(31_000);
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
        const next = nextInstant(schedule, moment, { firstSeen, zone }) ?? Number.NaN;
        const latest = latestInstant(schedule, { after: firstSeen, now: moment }, { firstSeen, zone });
        expect(next).toBeGreaterThan(moment);
        expect((next - firstSeen) % everyMilliseconds).toBe(0);
        expect(latest ?? firstSeen).toBeLessThanOrEqual(moment);
        expect(next - (latest ?? firstSeen)).toBe(everyMilliseconds);
      }),
    );
  });
});

describe("planEntry", () => {
  const terms: EntryTerms = { schedule: every30s, zone, catchUp: "one", oneOff: false };
  const plan = (lastInstant: number | null, now: number, more: Partial<EntryTerms> = {}) =>
    planEntry({ ...terms, ...more }, { firstSeen: 0, lastInstant }, now);

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

  it("sends each missed instant, one after the other, if it is to catch up on all", () => {
    expect(plan(30_000, 95_000, { catchUp: "all" })).toEqual({ due: 60_000, next: 90_000 });
    expect(plan(60_000, 95_000, { catchUp: "all" })).toEqual({ due: 90_000, next: 120_000 });
    expect(plan(90_000, 95_000, { catchUp: "all" })).toEqual({ due: null, next: 120_000 });
  });

  it("leaves out what is later than the starting deadline", () => {
    expect(plan(30_000, 95_000, { startingDeadline: 5_000 })).toEqual({ due: 90_000, next: 120_000 });
    expect(plan(30_000, 95_001, { startingDeadline: 5_000 })).toEqual({ due: null, next: 120_000 });
    expect(plan(30_000, 155_000, { catchUp: "all", startingDeadline: 40_000 })).toEqual({ due: 120_000, next: 150_000 });
  });

  it("without catch-up takes an instant that a tick may be late for, and no older one", () => {
    const hourly: Partial<EntryTerms> = { schedule: { kind: "interval", everyMilliseconds: 3_600_000 }, catchUp: "none" };
    expect(plan(null, 3_660_000, hourly)).toEqual({ due: 3_600_000, next: 7_200_000 });
    expect(plan(null, 3_660_001, hourly)).toEqual({ due: null, next: 7_200_000 });
  });

  it("begins at start_time, which is an interval's first instant, and ends before expires", () => {
    const span = { startTime: 100_000, expires: 160_000 };
    expect(plan(null, 99_999, span)).toEqual({ due: null, next: 100_000 });
    expect(plan(null, 100_000, span)).toEqual({ due: 100_000, next: 130_000 });
    expect(plan(100_000, 500_000, span)).toEqual({ due: 130_000, next: null });
    expect(plan(130_000, 500_000, span)).toEqual({ due: null, next: null });
  });

  it("sends a one-off once", () => {
    expect(plan(null, 95_000, { oneOff: true })).toMatchObject({ due: 90_000 });
    expect(plan(90_000, 500_000, { oneOff: true })).toEqual({ due: null, next: null });
  });

  it("rests after the clock was set back, until the time it had reached comes again", () => {
    expect(plan(3_600_000, 45_000)).toEqual({ due: null, next: 3_630_000 });
    expect(planEntry(terms, { firstSeen: 90_000, lastInstant: null }, 10_000)).toEqual({ due: null, next: 120_000 });
  });

  it("never has an instant due twice nor out of order, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 50 }), (clock) => {
        let lastInstant: number | null = null;
        for (const now of clock) {
          const { due, next }: EntryPlan = plan(lastInstant, now);
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

describe("schedules by the calendar", () => {
  const zoneOf = (zone: string) => ({ firstSeen: 0, zone });
  const at = (text: string) => Date.parse(text);
  const fires = (value: unknown, zone: string, from: string, count: number) => {
    const read = readSchedule(value);
    if ("fault" in read) throw new Error(read.fault);
    const found: string[] = [];
    for (let next: number | null = at(from); found.length < count; ) {
      next = nextInstant(read.schedule, next, zoneOf(zone));
      if (next === null) break;
      found.push(new Date(next).toISOString());
    }
    return found;
  };

  it("find the next 29th of February that is a Monday at once, and never the 31st", () => {
    expect(fires("0 0 29 feb mon", "UTC", "2026-01-01T00:00:00Z", 2)).toEqual(["2044-02-29T00:00:00.000Z", "2072-02-29T00:00:00.000Z"]);
    expect(fires("0 0 31 feb *", "UTC", "2026-01-01T00:00:00Z", 1)).toEqual([]);
    expect(fires("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1)).toEqual(["2104-02-29T00:00:00.000Z"]);
  });

  it("do not stand still when they begin within an hour that comes twice", () => {
    expect(fires("*/15 * * * *", "America/New_York", "2024-11-03T06:05:00Z", 1)).toEqual(["2024-11-03T07:00:00.000Z"]);
  });

  it("know a crontab's latest instant after years, in bounded time", () => {
    const everyMinuteOfNewYear = readSchedule("* * 1 1 *");
    if ("fault" in everyMinuteOfNewYear) throw new Error(everyMinuteOfNewYear.fault);
    const span = { after: at("1990-01-01T00:00:00Z"), now: at("2026-11-22T00:00:00Z") };
    expect(latestInstant(everyMinuteOfNewYear.schedule, span, zoneOf("UTC"))).toBe(at("2026-01-01T23:59:00Z"));
  });

  it("give the sun's times within a minute of the almanac's", () => {
    // Greenwich, 21 June 2024, by the almanac of its observatory: sunrise 3:43, solar noon 12:02, sunset 20:21 UTC.
    const greenwich = { lat: 51.4769, lon: 0 };
    const day = (event: string) => at(fires({ event, ...greenwich }, "UTC", "2024-06-21T00:00:00Z", 1)[0] ?? "");
    expect(Math.abs(day("sunrise") - at("2024-06-21T03:43:00Z"))).toBeLessThan(60_000);
    expect(Math.abs(day("solar_noon") - at("2024-06-21T12:02:00Z"))).toBeLessThan(60_000);
    expect(Math.abs(day("sunset") - at("2024-06-21T20:21:00Z"))).toBeLessThan(60_000);
  });

  it("have the sun's events in the order of the day, each once a day", () => {
    const order = solarEvents.map((event) => fires({ event, lat: -37.8, lon: 144.9 }, "UTC", "2024-03-01T14:00:00Z", 1)[0] ?? "");
    expect(order).toEqual([...order].sort());
    expect(
      new Set(fires({ event: "sunset", lat: -37.8, lon: 144.9 }, "UTC", "2024-01-01T00:00:00Z", 366).map((one) => one.slice(0, 10))).size,
    ).toBe(366);
  });

  it("leave out days on which the sun does not set, and rest where it never does", () => {
    const [first] = fires({ event: "sunset", lat: 69.65, lon: 18.96 }, "UTC", "2024-06-01T00:00:00Z", 1);
    expect(first?.slice(0, 7)).toBe("2024-07");
    expect(whyNever({ kind: "solar", event: "dawn_civil", lat: 90, lon: 0 }, 0)).toBe("the sun does not do that at this place");
  });

  it("say why they can never fire", () => {
    const never = readSchedule("0 0 31 2,4 *");
    expect("schedule" in never && whyNever(never.schedule, 0)).toBe("none of its months has such a day");
    expect(whyNever({ kind: "clocked", at: 5 }, 5)).toBe("its time, 1970-01-01T00:00:00.005Z, is past");
    expect(whyNever(every30s, 0)).toBeUndefined();
  });
});
