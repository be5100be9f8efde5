/** When an entry of `beat_schedule` is due. Further kinds (crontab, solar, clocked) join this union. */
export type Schedule = IntervalSchedule;

/** Celery's `schedule(run_every)`: due at first seen + k × every, for k = 1, 2, …, in real time: zones and summer time do not matter. */
export interface IntervalSchedule {
  kind: "interval";
  /** Whole milliseconds, at least 50. */
  everyMilliseconds: number;
}

/** What a schedule's instants are reckoned from. */
export interface Origin {
  /** When beat first saw the entry under this schedule: milliseconds since 1970. */
  firstSeen: number;
  /** The IANA zone of schedules that follow the calendar; an interval does not. */
  zone: string;
}

/** The first instant of a schedule strictly after `after`, in milliseconds since 1970. */
export function nextInstant(schedule: Schedule, after: number, origin: Origin): number {
  const every = schedule.everyMilliseconds;
  return origin.firstSeen + (wholeIntervals(every, after, origin) + 1) * every;
}

/** The last instant of a schedule at or before `now`, in milliseconds since 1970; null when its first is yet to come. */
export function latestInstant(schedule: Schedule, now: number, origin: Origin): number | null {
  const every = schedule.everyMilliseconds;
  const count = wholeIntervals(every, now, origin);
  return count === 0 ? null : origin.firstSeen + count * every;
}

// A clock that was set back may show a time before the entry was first seen: no interval has passed then.
function wholeIntervals(every: number, now: number, origin: Origin): number {
  const elapsed = Math.max(0, now - origin.firstSeen);
  return (elapsed - (elapsed % every)) / every;
}
