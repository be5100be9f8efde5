import type { Clock, Timers } from "../clock.ts";
import type { TimeLimits } from "../core/time-limits.ts";
import { deadlinesOf } from "../core/time-limits.ts";

/** What time limits are held with. */
export interface WithinParts<T> {
  limits: TimeLimits;
  /** From when the limits count: milliseconds since 1970. */
  startedAt: number;
  clock: Clock;
  timers: Timers;
  /** The soft limit has passed. */
  soft(): void;
  /** The hard limit has passed: answers what is to be taken for the end of the work. */
  hard(): T;
}

/**
 * Does `work` under time limits. Resolves with what it comes to, or at the hard limit with what `hard` answers; whatever the work comes to
 * later is dropped. `work` must not reject. Work that keeps the thread until it is done is never interrupted: no timer fires meanwhile.
 */
export function runWithin<T>(work: () => Promise<T>, parts: WithinParts<T>): Promise<T> {
  const { limits, startedAt, clock, timers } = parts;
  const { softAt, hardAt } = deadlinesOf(limits, startedAt);
  return new Promise((resolve) => {
    const working = work();
    const at = (instant: number, callback: () => void) =>
      instant === Number.POSITIVE_INFINITY ? () => {} : timers.after(Math.max(0, instant - clock.now()), callback);
    const cancelSoft = at(softAt, () => parts.soft());
    const cancelHard = at(hardAt, () => {
      cancelSoft();
      resolve(parts.hard());
    });
    void working.then((end) => {
      cancelSoft();
      cancelHard();
      resolve(end);
    });
  });
}
