import { instantOf, wallOf } from "./zone.ts";

/** Celery's `schedule(run_every, relative)`. */
export interface IntervalSchedule {
  kind: "interval";
  /** Whole milliseconds, at least 50. */
  everyMilliseconds: number;
  /** Each instant is rounded down to the whole day, hour, minute or second, the largest that the interval is as long as; shorter than a second it is not. */
  relative?: true;
}

const UNITS = [86_400_000, 3_600_000, 60_000, 1_000];

/**
 * The first instant of an interval strictly after `after`. Plain, it is first seen + k × every, for k = 1, 2, …, in real time: zones
 * and summer time do not matter (Celery counts in wall time, and rests for an hour when clocks are set back). One that is
 * `relative` follows the zone's clocks, as Celery's.
 */
export function nextInterval(schedule: IntervalSchedule, after: number, origin: { firstSeen: number; zone: string }): number {
  const { everyMilliseconds: every, relative } = schedule;
  // Rounded to seconds an interval shorter than one would come to no instant at all.
  if (!relative || every < 1_000) {
    // A clock that was set back may show a time before the entry was first seen: no interval has passed then.
    const elapsed = Math.max(0, after - origin.firstSeen);
    return origin.firstSeen + elapsed - (elapsed % every) + every;
  }
  for (let wall = wallOf(after, origin.zone); ; ) {
    wall = roundDown(wall + every, every);
    const instant = instantOf(wall, origin.zone);
    if (instant > after) return instant;
  }
}

/** Rounds a wall down to the resolution of an interval, as Celery's `delta_resolution`; never coarser than the interval, at least whole seconds. */
export function roundDown(wall: number, every: number): number {
  const unit = UNITS.find((one) => every >= one) ?? 1_000;
  return Math.floor(wall / unit) * unit;
}
