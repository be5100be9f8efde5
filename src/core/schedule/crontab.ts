import { instantOf, wallOf } from "./zone.ts";

/** Celery's `crontab`: due at each minute that all five fields match (day of month AND day of week, unlike cron). */
export interface CrontabSchedule {
  kind: "crontab";
  /** Each field's numbers, ascending: 0 to 59, 0 to 23, 1 to 31, 1 to 12, 0 (Sunday) to 6. */
  minute: readonly number[];
  hour: readonly number[];
  dayOfMonth: readonly number[];
  monthOfYear: readonly number[];
  dayOfWeek: readonly number[];
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** After so many years the calendar repeats, weekdays and all. */
const CYCLE = 400;
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether any date matches: the 31st of February never comes. */
export function canFire({ monthOfYear, dayOfMonth }: CrontabSchedule): boolean {
  return monthOfYear.some((month) => dayOfMonth.some((day) => day <= (LONGEST_MONTHS[month - 1] ?? 0)));
}

/**
 * The first match strictly after an instant (milliseconds since 1970); null when there is none, ever. In wall time, as Celery's: a
 * match that is left out when clocks are set forward (2:30) comes the hour later (3:30), and in an hour that comes twice only the first counts,
 * so that an hourly crontab rests for two hours then. Where Celery would find a match that is past (it counts from within the second of
 * those hours) this one goes on to the next.
 */
export function nextMatch(crontab: CrontabSchedule, after: number, zone: string): number | null {
  for (let wall: number | null = wallOf(after, zone); ; ) {
    wall = nextWall(crontab, wall, true);
    if (wall === null) return null;
    const instant = instantOf(wall, zone);
    if (instant > after) return instant;
  }
}

/**
 * The first wall strictly after `wall` that matches, to the minute; null when there is none, ever. With `withinHour` false what is left of
 * the wall's own hour is passed over, as Celery does when it looks back at another day.
 */
export function nextWall(crontab: CrontabSchedule, wall: number, withinHour: boolean): number | null {
  const day = Math.floor(wall / DAY) * DAY;
  const firstMinute = crontab.minute[0] ?? 0;
  if (matchesDate(crontab, new Date(day))) {
    const hour = Math.floor((wall - day) / HOUR);
    const minute = Math.floor((wall - day - hour * HOUR) / MINUTE);
    const later = crontab.hour.includes(hour) ? crontab.minute.find((one) => one > minute) : undefined;
    if (withinHour && later !== undefined) return day + hour * HOUR + later * MINUTE;
    const next = crontab.hour.find((one) => one > hour);
    if (next !== undefined) return day + next * HOUR + firstMinute * MINUTE;
  }
  const date = nextDate(crontab, new Date(day));
  return date === null ? null : date + (crontab.hour[0] ?? 0) * HOUR + firstMinute * MINUTE;
}

function matchesDate(crontab: CrontabSchedule, date: Date): boolean {
  return (
    crontab.monthOfYear.includes(date.getUTCMonth() + 1) &&
    crontab.dayOfMonth.includes(date.getUTCDate()) &&
    crontab.dayOfWeek.includes(date.getUTCDay())
  );
}

// Goes from one matching day of a matching month to the next, never day by day.
function nextDate(crontab: CrontabSchedule, after: Date): number | null {
  if (!canFire(crontab)) return null;
  const year = after.getUTCFullYear();
  for (let ahead = 0; ahead <= CYCLE; ahead++) {
    for (const month of crontab.monthOfYear) {
      if (ahead === 0 && month < after.getUTCMonth() + 1) continue;
      for (const day of crontab.dayOfMonth) {
        const date = Date.UTC(year + ahead, month - 1, day);
        if (date <= after.getTime()) continue;
        const found = new Date(date);
        // A day that the month does not have has run over into the next.
        if (found.getUTCDate() === day && crontab.dayOfWeek.includes(found.getUTCDay())) return date;
      }
    }
  }
  return null;
}
