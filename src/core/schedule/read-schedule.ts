import { describeValue, isPlainObject } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import { readDuration, timedeltaFields } from "../timedelta.ts";
import { type CrontabFieldName, readCrontabField } from "./crontab-field.ts";
import type { Schedule } from "./schedule.ts";
import { type SolarEvent, solarEvents } from "./solar.ts";

/** A schedule, or why the value is none. */
export type ScheduleRead = { schedule: Schedule } | { fault: string };

/** The shortest interval: an alarm fires some 75 times a second at most, and each firing costs rows. */
const SHORTEST = 50;
/** The longest interval: a hundred years. */
const LONGEST = 36_525 * 86_400_000;
const EXPECTED =
  'expected a number of seconds, a table such as { minutes = 1 }, { hour = 7 }, { event = "sunset", lat = 52, lon = 13 } or { at = "<time>" }, ' +
  'or a crontab such as "0 7 * * mon"';
/** In the order of a five-field string. */
const CRONTAB: readonly CrontabFieldName[] = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"];
const SOLAR = ["event", "lat", "lon"];
const FIELDS = [...timedeltaFields, "relative", ...CRONTAB, ...SOLAR, "at"];
/** ISO 8601 with a zone, so that no reader guesses which. */
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

/**
 * Reads the `schedule` of an entry, in one of these forms:
 *
 * - a number of seconds (fractions allowed), or a table with the fields of Python's `timedelta`: an interval, from 0.05 seconds to a hundred
 *   years, rounded to milliseconds; with `relative = true` rounded down to the resolution of the interval;
 * - a table with some of `minute`, `hour`, `day_of_week`, `day_of_month`, `month_of_year` (default `*`), or text with five fields
 *   (`"m h dom mon dow"`): a crontab;
 * - `{ event, lat, lon }`: solar;
 * - `{ at }`, ISO 8601 with a zone or a Date (as TOML's own times come): clocked.
 */
export function readSchedule(value: unknown): ScheduleRead {
  if (typeof value === "string") return readText(value);
  if (!isPlainObject(value))
    return typeof value === "number" ? readInterval(value, undefined) : { fault: `${EXPECTED}, got ${describeValue(value)}` };
  const fields = Object.keys(value);
  const unknown = fields.find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    return { fault: `unknown field '${unknown}'${didYouMean(unknown, FIELDS) || `; known are ${FIELDS.join(", ")}`}` };
  }
  const kinds = [CRONTAB, SOLAR, ["at"]].filter((kind) => fields.some((field) => (kind as readonly string[]).includes(field)));
  const plain = fields.find((field) => timedeltaFields.includes(field) || field === "relative");
  if (kinds.length > 1 || (kinds.length === 1 && plain !== undefined)) return { fault: mixed(fields) };
  if (kinds[0] === CRONTAB) return readCrontab(CRONTAB.map((field) => [field, value[field] ?? "*"]));
  if (kinds[0] === SOLAR) return readSolar(value);
  if (kinds.length === 1) return readClocked(value.at);
  const { relative, ...duration } = value;
  return readInterval(duration, relative);
}

// `minute` begins a crontab and `minutes` an interval: one letter tells them apart.
function mixed(fields: readonly string[]): string {
  const kinds = "an interval (days, hours, minutes, …), a crontab (minute, hour, day_of_week, …), solar (event, lat, lon) or clocked (at)";
  return `expected the fields of one kind, ${kinds}, got ${fields.join(", ")}`;
}

function readText(text: string): ScheduleRead {
  const parts = text.trim().split(/\s+/);
  if (parts.length === CRONTAB.length) return readCrontab(CRONTAB.map((field, at) => [field, parts[at]]));
  if (parts.length > 2)
    return {
      fault: `expected a crontab of five fields, "minute hour day_of_month month day_of_week", got ${parts.length} in ${describeValue(text)}`,
    };
  return { fault: `${EXPECTED}, got ${describeValue(text)}` };
}

function readInterval(value: unknown, relative: unknown): ScheduleRead {
  const duration = readDuration(value);
  if ("fault" in duration) return duration;
  const { milliseconds } = duration;
  if (milliseconds < SHORTEST || milliseconds > LONGEST) {
    return { fault: `expected an interval from 0.05 seconds to 36525 days, got ${milliseconds / 1000} seconds` };
  }
  if (relative !== undefined && typeof relative !== "boolean")
    return { fault: `expected true or false for 'relative', got ${describeValue(relative)}` };
  if (!relative) return { schedule: { kind: "interval", everyMilliseconds: milliseconds } };
  return { schedule: { kind: "interval", everyMilliseconds: milliseconds, relative: true } };
}

function readCrontab(fields: [CrontabFieldName, unknown][]): ScheduleRead {
  const values: Partial<Record<CrontabFieldName, number[]>> = {};
  const faults: string[] = [];
  for (const [field, value] of fields) {
    const read = readCrontabField(field, value);
    if ("fault" in read) faults.push(read.fault);
    else values[field] = read.values;
  }
  if (faults.length > 0) return { fault: faults.join("; ") };
  const { minute = [], hour = [], day_of_month: dayOfMonth = [], month_of_year: monthOfYear = [], day_of_week: dayOfWeek = [] } = values;
  return { schedule: { kind: "crontab", minute, hour, dayOfMonth, monthOfYear, dayOfWeek } };
}

function readSolar({ event, lat, lon }: Record<string, unknown>): ScheduleRead {
  const faults: string[] = [];
  const known = solarEvents.find((one) => one === event);
  if (known === undefined) {
    const hint = typeof event === "string" ? didYouMean(event, solarEvents) : "";
    faults.push(`event: expected one of ${solarEvents.join(", ")}, got ${describeValue(event)}${hint}`);
  }
  if (!isWithin(lat, 90)) faults.push(`lat: expected degrees from -90 to 90, got ${describeValue(lat)}`);
  if (!isWithin(lon, 180)) faults.push(`lon: expected degrees from -180 to 180, got ${describeValue(lon)}`);
  if (faults.length > 0) return { fault: faults.join("; ") };
  return { schedule: { kind: "solar", event: known as SolarEvent, lat: Number(lat), lon: Number(lon) } };
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === "number" && Math.abs(value) <= most;
}

/** Reads an instant: ISO 8601 with its zone, or a Date (as TOML's own times come). Answers milliseconds since 1970, NaN for anything else. */
export function readInstant(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" && INSTANT.test(value) ? Date.parse(value.replace(" ", "T")) : Number.NaN;
}

function readClocked(value: unknown): ScheduleRead {
  const at = readInstant(value);
  if (Number.isNaN(at)) {
    return { fault: `at: expected a time with its zone, such as "2026-12-24T18:00:00+01:00", got ${describeValue(value)}` };
  }
  return { schedule: { kind: "clocked", at } };
}
