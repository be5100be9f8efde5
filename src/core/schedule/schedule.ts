import { type CrontabSchedule, canFire, nextMatch } from "./crontab.ts";
import { type IntervalSchedule, nextInterval } from "./interval.ts";
import { nextEvent, type SolarSchedule } from "./solar.ts";

/** When an entry of `beat_schedule` is due. */
export type Schedule = IntervalSchedule | CrontabSchedule | SolarSchedule | ClockedSchedule | TriggerSchedule;

/** django-celery-beat's `clocked`: due once, at an instant. */
export interface ClockedSchedule {
  kind: "clocked";
  /** Milliseconds since 1970. */
  at: number;
}

/** Due whenever a Cron Trigger of the deployment fires: the platform's time, not beat's. */
export interface TriggerSchedule {
  kind: "trigger";
  /** A line of `[triggers].crons`, to the letter. */
  cron: string;
}

/** What a schedule's instants are reckoned from. */
export interface Origin {
  /** The instant from which an interval counts; it is no instant of it itself. Milliseconds since 1970. */
  firstSeen: number;
  /** The IANA zone of schedules that follow the calendar: crontab, and intervals that are `relative`. */
  zone: string;
}

/**
 * The first instant of a schedule strictly after `after`, in milliseconds since 1970; null when there is none: a clocked time that is past, a
 * crontab of a date that never comes, a sun that never rises, a Cron Trigger.
 */
export function nextInstant(schedule: Schedule, after: number, origin: Origin): number | null {
  if (schedule.kind === "interval") return nextInterval(schedule, after, origin);
  if (schedule.kind === "crontab") return nextMatch(schedule, after, origin.zone);
  if (schedule.kind === "solar") return nextEvent(schedule, after);
  if (schedule.kind === "trigger") return null;
  return schedule.at > after ? schedule.at : null;
}

/** How far back to look for the latest instant, ever farther: each look walks through few instants, since the one before found none. */
const LOOKS_BACK = [60_000, 3_600_000, 28_800_000, 259_200_000, 2_592_000_000, 34_560_000_000];

/**
 * The last instant of a schedule after `after` and at or before `now`; null when there is none. However long the time between them, the
 * work is bounded.
 */
export function latestInstant(schedule: Schedule, span: { after: number; now: number }, origin: Origin): number | null {
  const { after, now } = span;
  const first = nextInstant(schedule, after, origin);
  if (first === null || first > now) return null;
  if (schedule.kind === "interval" && !schedule.relative) {
    const every = schedule.everyMilliseconds;
    return first + (now - first) - ((now - first) % every);
  }
  for (const back of LOOKS_BACK) {
    if (now - back <= first) break;
    const found = lastOfWalk(schedule, now - back, now, origin);
    if (found !== null) return found;
  }
  return lastOfWalk(schedule, first, now, origin) ?? first;
}

/** Why a schedule can never fire from `now` on, or undefined when it can. For a warning: such an entry is kept, and rests. */
export function whyNever(schedule: Schedule, now: number): string | undefined {
  if (schedule.kind === "crontab" && !canFire(schedule)) return "none of its months has such a day";
  if (schedule.kind === "solar" && nextEvent(schedule, now) === null) return "the sun does not do that at this place";
  if (schedule.kind === "clocked" && schedule.at <= now) return `its time, ${new Date(schedule.at).toISOString()}, is past`;
  return undefined;
}

function lastOfWalk(schedule: Schedule, after: number, now: number, origin: Origin): number | null {
  let found: number | null = null;
  for (let next = nextInstant(schedule, after, origin); next !== null && next <= now; next = nextInstant(schedule, next, origin))
    found = next;
  return found;
}
