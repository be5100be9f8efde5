import { describeValue, isPlainObject } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import { readDuration, timedeltaFields } from "../timedelta.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule, or why the value is none. */
export type ScheduleRead = { schedule: Schedule } | { fault: string };

/** The shortest interval: an alarm fires some 75 times a second at most, and each firing costs rows. */
const SHORTEST = 50;
/** The longest interval: a hundred years. */
const LONGEST = 36_525 * 86_400_000;
const EXPECTED = "expected a number of seconds or a table such as { minutes = 1 }";
/** Fields that tell kinds of schedules which this version does not know. */
const LATER: ReadonlyMap<string, string> = new Map([
  ...["minute", "hour", "day_of_week", "day_of_month", "month_of_year"].map((field): [string, string] => [field, "crontab"]),
  ...["event", "lat", "lon"].map((field): [string, string] => [field, "solar"]),
  ["at", "clocked"],
  ["relative", "relative"],
]);
const FIELDS = [...timedeltaFields, ...LATER.keys()];

/**
 * Reads the `schedule` of an entry: an interval, as a number of seconds (fractions allowed) or as a table with the fields of Python's
 * `timedelta`; from 0.05 seconds to a hundred years, rounded to milliseconds.
 */
export function readSchedule(value: unknown): ScheduleRead {
  if (typeof value === "string") return readText(value);
  const fields = isPlainObject(value) ? Object.keys(value) : [];
  const later = fields.find((field) => LATER.has(field));
  if (later !== undefined) return { fault: notYet(later, fields) };
  const unknown = fields.find((field) => !timedeltaFields.includes(field));
  if (unknown !== undefined) {
    return { fault: `unknown field '${unknown}'${didYouMean(unknown, FIELDS) || `; an interval may have ${timedeltaFields.join(", ")}`}` };
  }
  const duration = readDuration(value);
  if ("fault" in duration) return duration;
  if (duration.milliseconds < SHORTEST || duration.milliseconds > LONGEST) {
    return { fault: `expected an interval from 0.05 seconds to 36525 days, got ${duration.milliseconds / 1000} seconds` };
  }
  return { schedule: { kind: "interval", everyMilliseconds: duration.milliseconds } };
}

function readText(text: string): ScheduleRead {
  if (text.trim().split(/\s+/).length === 5) {
    return { fault: `crontab schedules are not supported yet; ${EXPECTED}, got ${describeValue(text)}` };
  }
  return { fault: `${EXPECTED}, got ${describeValue(text)}` };
}

function notYet(field: string, fields: string[]): string {
  const kind = LATER.get(field);
  // `minute` begins a crontab and `minutes` an interval: one letter tells them apart.
  const meant =
    kind === "crontab" && fields.length === 1 && timedeltaFields.includes(`${field}s`) ? `; for an interval write '${field}s'` : "";
  return `${kind} schedules (field '${field}') are not supported yet${meant}; ${EXPECTED}`;
}
