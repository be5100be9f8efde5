import { type CrontabSchedule, nextWall } from "./crontab.ts";
import { type IntervalSchedule, roundDown } from "./interval.ts";
import type { Schedule } from "./schedule.ts";
import { nextEvent } from "./solar.ts";
import { instantOf, wallOf } from "./zone.ts";

/** Celery's `schedstate`. */
export interface ScheduleState {
  due: boolean;
  /** Seconds until to look again; null when the schedule has nothing more to come. */
  nextSeconds: number | null;
}

/** What Celery's app tells a schedule. */
export interface DueSetting {
  zone: string;
  /** Celery's `beat_cron_starting_deadline` in seconds: a crontab that is later than this is not due. Default: none. */
  cronStartingDeadline?: number;
}

const DAY = 86_400_000;

/**
 * Celery's `schedule.is_due(last_run_at)`, for an entry that last ran at `lastRunAt` (both in milliseconds since 1970). To the letter, with what
 * is odd in it: an interval is added in wall time; a crontab that last ran on another day than now's is not asked for the rest of that
 * run's hour; within an hour that comes twice it may be due again and again. Beat itself reckons by `nextInstant`, which has none of these.
 */
export function isDue(schedule: Schedule, lastRunAt: number, now: number, setting: DueSetting): ScheduleState {
  if (schedule.kind === "interval") return intervalState(schedule, lastRunAt, now, setting.zone);
  if (schedule.kind === "crontab") return crontabState(schedule, lastRunAt, now, setting);
  if (schedule.kind === "trigger") return { due: false, nextSeconds: null };
  if (schedule.kind === "clocked") return once(schedule.at, now);
  const state = once(nextEvent(schedule, lastRunAt), now);
  return state.due ? { due: true, nextSeconds: once(nextEvent(schedule, now), now).nextSeconds } : state;
}

function once(at: number | null, now: number): ScheduleState {
  if (at === null) return { due: false, nextSeconds: null };
  return at <= now ? { due: true, nextSeconds: null } : { due: false, nextSeconds: (at - now) / 1000 };
}

function intervalState(schedule: IntervalSchedule, lastRunAt: number, now: number, zone: string): ScheduleState {
  const { everyMilliseconds: every, relative } = schedule;
  const end = wallOf(lastRunAt, zone) + every;
  const remaining = instantOf(relative ? roundDown(end, every) : end, zone) - now;
  return remaining > 0 ? { due: false, nextSeconds: remaining / 1000 } : { due: true, nextSeconds: every / 1000 };
}

function crontabState(crontab: CrontabSchedule, lastRunAt: number, now: number, setting: DueSetting): ScheduleState {
  const { zone, cronStartingDeadline } = setting;
  const today = Math.floor(wallOf(now, zone) / DAY);
  const matchAfter = (wall: number) => nextWall(crontab, wall, Math.floor(wall / DAY) === today);
  const remainingAfter = (wall: number | null) => (wall === null ? null : instantOf(wall, zone) - now);
  const last = wallOf(lastRunAt, zone);
  const remaining = remainingAfter(matchAfter(last));
  if (remaining === null) return { due: false, nextSeconds: null };
  if (remaining > 0) return { due: false, nextSeconds: remaining / 1000 };
  let late = -remaining;
  if (cronStartingDeadline !== undefined) {
    // Celery steps on from the last run by how late the match after it is, until the match lies ahead.
    for (let wall = last, step = late; step > 0; ) {
      const match = matchAfter(wall);
      if (match === null) break;
      // All steps that find the same match, at once.
      wall += step * Math.max(1, Math.ceil((match - wall) / step));
      step = -(remainingAfter(matchAfter(wall)) ?? 0);
      if (step > 0) late = step;
    }
  }
  const ahead = remainingAfter(matchAfter(wallOf(now, zone)));
  const due = cronStartingDeadline === undefined || late <= cronStartingDeadline * 1000;
  return { due, nextSeconds: ahead === null ? null : Math.max(0, ahead) / 1000 };
}
