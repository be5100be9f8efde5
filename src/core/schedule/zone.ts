/**
 * Wall time in an IANA zone. A *wall* is what a clock on the wall shows, as the milliseconds since 1970 that UTC would need to show the
 * same. The offsets are those of the platform's own tables (Intl, ICU).
 */

const DAY = 86_400_000;
/** No zone is farther from UTC, and none changes its offset twice within as much on both sides. */
const MARGIN = DAY;
/** Days of which a zone's offset is remembered. */
const MOST_DAYS = 2_000;

/** What is known of a zone: its formatter, and its offset on days throughout which it does not change. */
interface Known {
  format: Intl.DateTimeFormat;
  days: Map<number, number | null>;
}

const zones = new Map<string, Known>();

/** Whether a name is an IANA time zone's; offsets such as "+08:00" are none, as to Celery. */
export function isZone(name: unknown): name is string {
  if (typeof name !== "string" || !/^[A-Za-z]/.test(name)) return false;
  try {
    know(name);
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of a zone show at an instant (milliseconds since 1970). @throws RangeError for an unknown zone. */
export function wallOf(instant: number, zone: string): number {
  return instant + offsetAt(instant, zone);
}

/**
 * The instant at which the clocks of a zone show a wall. As Python's zoneinfo (fold 0) has it, and so Celery: of a wall that comes twice,
 * when clocks are set back, the first; one that is left out, when they are set forward, counts as though they had not been.
 * @throws RangeError for an unknown zone.
 */
export function instantOf(wall: number, zone: string): number {
  const before = offsetAt(wall - MARGIN, zone);
  const after = offsetAt(wall + MARGIN, zone);
  const early = wall - before;
  if (before === after || offsetAt(early, zone) === before) return early;
  const late = wall - after;
  return offsetAt(late, zone) === after ? late : early;
}

function offsetAt(instant: number, zone: string): number {
  if (zone === "UTC") return 0;
  const known = know(zone);
  const day = Math.floor(instant / DAY);
  let offset = known.days.get(day);
  if (offset === undefined) {
    const begins = ask(known.format, day * DAY);
    offset = begins === ask(known.format, (day + 1) * DAY) ? begins : null;
    if (known.days.size >= MOST_DAYS) known.days.clear();
    known.days.set(day, offset);
  }
  return offset ?? ask(known.format, instant);
}

function know(zone: string): Known {
  let known = zones.get(zone);
  if (!known) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    known = { format, days: new Map() };
    zones.set(zone, known);
  }
  return known;
}

function ask(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const year = parts.get("era") === "BC" ? 1 - part("year") : part("year");
  const wall = Date.UTC(year, part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(instant / 1000) * 1000;
}
