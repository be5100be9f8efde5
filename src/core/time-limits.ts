/**
 * How long a task may run (Celery's `time_limit` and `soft_time_limit`). The soft limit aborts the handler's signal, so that it may clean up;
 * the hard one ends the attempt, whatever the handler does later. Seconds here, as in Celery; instants are milliseconds since 1970.
 */
import type { Fault } from "./errors.ts";
import { describeValue } from "./json-value.ts";
import { SoftTimeLimitExceeded, TimeLimitExceeded } from "./task-errors.ts";

/** Limits as somebody gave them; null and absent say nothing. */
export interface GivenLimits {
  soft?: number | null;
  hard?: number | null;
}

/** The limits that hold for one attempt, in seconds; null: none. The soft one is never later than the hard one. */
export interface TimeLimits {
  soft: number | null;
  hard: number | null;
}

/** What an operator has set for a task, whatever it declares; null: none; absent: what the task declares counts. */
export type SetTimeLimits = GivenLimits;

/** What a task declares, under what an operator has set for it. */
export function declaredUnder(set: SetTimeLimits | undefined, declared: GivenLimits): GivenLimits {
  if (set === undefined) return declared;
  return { soft: set.soft === undefined ? declared.soft : set.soft, hard: set.hard === undefined ? declared.hard : set.hard };
}

/** What is wrong with the limits that an operator sets, everything at once, under `soft` and `hard`. */
export function findSetLimitFaults(set: { soft?: unknown; hard?: unknown }): Fault[] {
  const faults: Fault[] = [];
  const soft = readSeconds(set.soft, "soft", faults);
  const hard = readSeconds(set.hard, "hard", faults);
  if (soft !== undefined && hard !== undefined && soft > hard) {
    faults.push({ path: "soft", message: `soft_time_limit must be less than or equal to time_limit, got ${soft} and ${hard}` });
  }
  return faults;
}

/** The longest limit that can be named: some 24 days, the longest timer of the platform. */
export const LONGEST_TIME_LIMIT = 2_147_483;

/**
 * Which limits hold: each of the two from the first that says one, of the call, the task (or what `control.time_limit` set for it), and
 * `task_time_limit` / `task_soft_time_limit`. A soft limit that comes out later than the hard one can never be felt and is left out;
 * at the call it is refused (`findTimeLimitFaults`).
 */
export function timeLimitsOf(call: GivenLimits, task: GivenLimits, config: GivenLimits): TimeLimits {
  const soft = call.soft ?? task.soft ?? config.soft ?? null;
  const hard = call.hard ?? task.hard ?? config.hard ?? null;
  return { soft: soft !== null && hard !== null && soft > hard ? null : soft, hard };
}

/**
 * What is wrong with the limits of a call, everything at once, under the paths `timeLimit` and `softTimeLimit`: values that are no number of seconds
 * above 0, and a soft limit above the hard one that it would hold with, whoever gave that (Celery's ValueError, in its words).
 */
export function findTimeLimitFaults(call: { soft?: unknown; hard?: unknown }, task: GivenLimits = {}, config: GivenLimits = {}): Fault[] {
  const faults: Fault[] = [];
  const soft = readSeconds(call.soft, "softTimeLimit", faults) ?? task.soft ?? config.soft;
  const hard = readSeconds(call.hard, "timeLimit", faults) ?? task.hard ?? config.hard;
  if (faults.length === 0 && typeof soft === "number" && typeof hard === "number" && soft > hard) {
    const message = `soft_time_limit must be less than or equal to time_limit, got ${soft} and ${hard}`;
    faults.push({ path: "softTimeLimit", message });
  }
  return faults;
}

/** When each limit fires; infinite: never. */
export interface Deadlines {
  softAt: number;
  hardAt: number;
}

/** When the limits of an attempt fire that was started at `startedAt`. */
export function deadlinesOf(limits: TimeLimits, startedAt: number): Deadlines {
  const at = (seconds: number | null) => (seconds === null ? Number.POSITIVE_INFINITY : startedAt + seconds * 1000);
  return { softAt: at(limits.soft), hardAt: at(limits.hard) };
}

/** What an attempt has come to at `now`: in time, past its soft limit, or past its hard one; with both at once the hard one counts. */
export function reachedLimit({ softAt, hardAt }: Deadlines, now: number): "none" | "soft" | "hard" {
  return now >= hardAt ? "hard" : now >= softAt ? "soft" : "none";
}

/** The error that a limit raises, told as Celery tells it: `SoftTimeLimitExceeded()`, `TimeLimitExceeded(30,)`. */
export function timeLimitError(limit: "soft" | "hard", seconds: number): SoftTimeLimitExceeded | TimeLimitExceeded {
  return limit === "soft" ? new SoftTimeLimitExceeded() : new TimeLimitExceeded(`TimeLimitExceeded(${seconds},)`);
}

/** The line Celery's worker logs when a limit fires. */
export function timeLimitLine(limit: "soft" | "hard", seconds: number, task: string, id: string): string {
  return `${limit === "soft" ? "Soft" : "Hard"} time limit (${seconds}s) exceeded for ${task}[${id}]`;
}

function readSeconds(value: unknown, path: string, faults: Fault[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isTimeLimit(value)) return value;
  faults.push({ path, message: `expected ${TIME_LIMIT}, got ${describeValue(value)}` });
  return undefined;
}

/** What a limit is expected to be. */
export const TIME_LIMIT = `a number of seconds above 0, at most ${LONGEST_TIME_LIMIT}, or null for no limit`;

/** Tells whether a value is a limit in seconds. */
export function isTimeLimit(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= LONGEST_TIME_LIMIT;
}
