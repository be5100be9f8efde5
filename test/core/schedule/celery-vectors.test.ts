import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CrontabFieldName } from "../../../src/core/schedule/crontab-field.ts";
import { readCrontabField } from "../../../src/core/schedule/crontab-field.ts";
import { isDue } from "../../../src/core/schedule/is-due.ts";
import { readSchedule } from "../../../src/core/schedule/read-schedule.ts";
import { nextInstant, type Schedule } from "../../../src/core/schedule/schedule.ts";

interface Timed {
  tz: string;
  kind: "crontab" | "interval";
  spec: number | Record<string, number | string>;
  relative?: boolean;
}

/** What Celery 5.6.3 answered when its schedules were run: see `source` in the file. */
interface Vectors {
  parse: { field: "minute" | "hour" | "dow" | "dom" | "moy"; spec: string; result: number[] | string }[];
  is_due: (Timed & { cron_starting_deadline?: number; last_run_at: string; now: string; is_due: boolean; next_s: number })[];
  fire_sequences: (Timed & { start: string; hours: number; fires: string[] })[];
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/schedule.json"), "utf8")) as Vectors;
const FIELDS: Record<Vectors["parse"][number]["field"], CrontabFieldName> = {
  minute: "minute",
  hour: "hour",
  dow: "day_of_week",
  dom: "day_of_month",
  moy: "month_of_year",
};

describe("readCrontabField, as Celery's crontab_parser", () => {
  it.each(vectors.parse.map((one) => [one.field, JSON.stringify(one.spec), one] as const))("%s %s", (_field, _spec, one) => {
    const read = readCrontabField(FIELDS[one.field], one.spec);
    expect(read).toEqual(Array.isArray(one.result) ? { values: one.result } : { fault: expect.stringContaining("expected ") });
  });
});

describe("isDue, as Celery's is_due", () => {
  it.each(vectors.is_due.map((one) => [titleOf(one), one.last_run_at, one.now, one] as const))(
    "%s, last run %s, at %s",
    (...[, , , one]) => {
      const setting = { zone: one.tz, cronStartingDeadline: one.cron_starting_deadline };
      const state = isDue(scheduleOf(one), Date.parse(one.last_run_at), Date.parse(one.now), setting);
      expect(state).toEqual({ due: one.is_due, nextSeconds: expect.closeTo(one.next_s, 3) });
    },
  );
});

describe("the fires of Celery's beat", () => {
  it.each(vectors.fire_sequences.map((one) => [titleOf(one), one.start, one] as const))("%s, from %s", (_title, _start, one) => {
    expect(runBeat(one)).toEqual(one.fires.map((fire) => Date.parse(fire)));
  });

  it.each(vectors.fire_sequences.filter((one) => !isInWallTime(one)).map((one) => [titleOf(one), one.start, one] as const))(
    "are this beat's: %s, from %s",
    (_title, _start, one) => {
      const origin = { firstSeen: Date.parse(one.start), zone: one.tz };
      const fires: number[] = [];
      for (let at: number | null = origin.firstSeen; at !== null; ) {
        at = nextInstant(scheduleOf(one), at, origin);
        if (at === null || at >= endOf(one)) break;
        fires.push(at);
      }
      expect(fires).toEqual(one.fires.map((fire) => Date.parse(fire)));
    },
  );
});

// Left, on purpose: Celery adds a plain interval in wall time, so that "every 10 seconds" rests for an hour when clocks are set back.
function isInWallTime(one: Timed): boolean {
  return one.kind === "interval" && one.relative !== true && one.tz !== "UTC";
}

// Celery's loop: sleeps as long as the schedule says, and notes the time when it was due.
function runBeat(one: Vectors["fire_sequences"][number]): number[] {
  const fires: number[] = [];
  let last = Date.parse(one.start);
  for (let now = last; now < endOf(one); ) {
    const { due, nextSeconds } = isDue(scheduleOf(one), last, now, { zone: one.tz });
    if (due) {
      fires.push(now);
      last = now;
    }
    if (nextSeconds === null) break;
    now += nextSeconds * 1000;
  }
  return fires;
}

function endOf(one: Vectors["fire_sequences"][number]): number {
  return Date.parse(one.start) + one.hours * 3_600_000;
}

function scheduleOf({ kind, spec, relative = false }: Timed): Schedule {
  if (kind === "interval") return read({ seconds: spec, relative });
  return read(Object.keys(spec).length === 0 ? "* * * * *" : spec);
}

function read(value: unknown): Schedule {
  const found = readSchedule(value);
  if ("fault" in found) throw new Error(found.fault);
  return found.schedule;
}

function titleOf({ tz, kind, spec, relative }: Timed): string {
  return `${relative ? "relative " : ""}${kind} ${JSON.stringify(spec)} in ${tz}`;
}
