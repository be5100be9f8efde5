const SHAPE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const DAY = 86_400_000;

/**
 * Reads an ISO-8601 date and time, such as `2026-12-24T18:00:00+01:00`, as milliseconds since 1970. Seconds, their
 * fraction (cut to milliseconds) and the time of day may be left out; a space may stand for the `T`. With an offset
 * or `Z` it is that instant. Without one it is a time on the wall of `timezone` (an IANA name), as Celery reads naive
 * times. A wall time that occurs twice, when clocks go back, is the first of the two; one that never occurs, when they
 * go forward, is read with the offset from before the change, so it lands as much later (both as Python's `fold=0`).
 * Accurate where changes of a zone are more than a day apart. Answers undefined when the text is no such time.
 * @throws RangeError when `timezone` is no zone.
 */
export function readInstant(text: string, timezone: string): number | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  const fields = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const;
  const wall = wallClock(fields, Number(fraction.padEnd(3, "0").slice(0, 3)));
  if (wall === undefined) return undefined;
  if (zone === undefined) return wall - wallOffset(wall, timezone);
  const offset = statedOffset(zone);
  return offset === undefined ? undefined : wall - offset;
}

/** The fields as if they were UTC; undefined when the calendar or the clock has no such moment (30 February, 24:01). */
function wallClock(fields: readonly [number, number, number, number, number, number], millisecond: number): number | undefined {
  const [year, month, day, hour, minute, second] = fields;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hour, minute, second, millisecond);
}

function statedOffset(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const digits = zone.replace(":", "").slice(1);
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || "0");
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function wallOffset(wall: number, timezone: string): number {
  const before = offsetAt(wall - DAY, timezone);
  const after = offsetAt(wall + DAY, timezone);
  if (before === after || offsetAt(wall - before, timezone) === before) return before;
  return offsetAt(wall - after, timezone) === after ? after : before;
}

// Building a formatter takes some hundred times as long as using it.
const formatters = new Map<string, Intl.DateTimeFormat>();

function offsetAt(instant: number, timezone: string): number {
  let formatter = formatters.get(timezone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
    formatters.set(timezone, formatter);
  }
  const name = formatter.formatToParts(instant).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name);
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds = "0"] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
