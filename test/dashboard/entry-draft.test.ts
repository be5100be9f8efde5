import { describe, expect, it } from "vitest";
import type { ScheduleForm, ScheduleView } from "../../src/client/schedules.ts";
import { comingRuns, previewOf } from "../../src/dashboard/pages/beat/coming-runs.ts";
import { draftOf, entryOf, NEW_ENTRY } from "../../src/dashboard/pages/beat/entry-draft.ts";
import { calledText, scheduleText } from "../../src/dashboard/pages/beat/schedule-text.ts";

const at = (seconds: number) => new Date(seconds * 1000);

function aView(part: Partial<ScheduleView> = {}): ScheduleView {
  return {
    name: "nightly",
    task: "tasks.add",
    schedule: 60,
    enabled: true,
    source: "http",
    nextRunAt: at(100),
    lastRunAt: null,
    totalRunCount: 0,
    lastTaskId: null,
    firstSeen: at(0),
    ...part,
  };
}

function saved(part: Partial<ScheduleView>): unknown {
  const made = entryOf(draftOf(aView(part)));
  return "entry" in made ? made.entry : made;
}

describe("an entry in its form", () => {
  it.each<[ScheduleForm, ScheduleForm]>([
    [60, 60],
    ["0 7 * * mon", "0 7 * * mon"],
    [{ hours: 2 }, { hours: 2 }],
    [{ at: "2026-12-24T18:00:00Z" }, { at: "2026-12-24T18:00:00Z" }],
    [{ minute: "30", hour: [2, 3] }, "30 2,3 * * *"],
    [
      { hours: 2, relative: true },
      { hours: 2, relative: true },
    ],
    [
      { event: "sunset", lat: 1, lon: 2 },
      { event: "sunset", lat: 1, lon: 2 },
    ],
  ])("keeps its schedule: %j as %j", (schedule, written) => {
    expect(saved({ schedule })).toMatchObject({ schedule: written });
  });

  it("keeps what the form has no field for, and nothing that beat knows of it", () => {
    const entry = saved({ args: [{ __type__: "uuid" }], catchUp: "all", enabled: false, timezone: "Asia/Tokyo" });
    expect(entry).toEqual({
      task: "tasks.add",
      schedule: 60,
      args: [{ __type__: "uuid" }],
      kwargs: {},
      options: {},
      catchUp: "all",
      enabled: false,
      timezone: "Asia/Tokyo",
    });
  });

  it("keeps a canvas, and the trigger that it is bound to", () => {
    const canvas = { task: "celery.chain", kwargs: { tasks: [] } };
    const entry = saved({ task: undefined, schedule: undefined, canvas, cron: "0 3 * * *" });
    expect(entry).toEqual({ canvas, cron: "0 3 * * *", enabled: true });
  });

  it("tells every field that is missing or no JSON", () => {
    const made = entryOf({ ...NEW_ENTRY, every: "often", args: "{}", kwargs: "{", options: "[]" });
    expect("faults" in made && [...made.faults.keys()].toSorted()).toEqual(["args", "kwargs", "name", "options", "schedule", "task"]);
  });
});

describe("the runs to come", () => {
  it("begin with the next one", () => {
    expect(previewOf(aView())).toEqual({ schedule: 60, timezone: "", from: at(100), count: 10 });
    expect(comingRuns(aView(), [at(160), at(220)])).toEqual([at(100), at(160), at(220)]);
  });

  it("are one where it is sent once, none behind its end, none when it is over", () => {
    expect(comingRuns(aView({ oneOff: true }), [at(160)])).toEqual([at(100)]);
    expect(comingRuns(aView({ expires: at(170).toISOString() }), [at(160), at(220)])).toEqual([at(100), at(160)]);
    expect(comingRuns(aView({ nextRunAt: null }), [at(160)])).toEqual([]);
    expect(comingRuns(aView({ nextRunAt: null, enabled: false }), [at(160)])).toEqual([at(160)]);
  });

  it("are not asked for where a trigger tells of them", () => {
    expect(previewOf(aView({ cron: "0 3 * * *" }))).toBeUndefined();
  });
});

it("a schedule is told in a line", () => {
  const told = (schedule: unknown) => scheduleText({ schedule });
  expect(told(300)).toBe("every 5 min");
  expect(told({ days: 1, hours: 6 })).toBe("every 1 day 6 hours");
  expect(told({ minute: "30", hour: 2, day_of_week: "mon-fri" })).toBe("30 2 * * mon-fri");
  expect(told({ event: "dawn_civil", lat: 1, lon: -2 })).toBe("dawn civil at 1°, -2°");
  expect(scheduleText({ cron: "0 3 * * *" })).toBe("trigger 0 3 * * *");
  expect(calledText({ canvas: { task: "celery.group" } })).toBe("celery.group");
});
