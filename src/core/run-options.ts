import type { AckPolicy } from "./acknowledgement.ts";
import type { Fault } from "./errors.ts";
import { describeValue } from "./json-value.ts";
import { readRateLimit } from "./rate-limit.ts";
import { RETRY_OPTION_NAMES, readRetryPolicy } from "./read-retry.ts";
import type { RetryPolicy } from "./retry.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { isPriority, PRIORITY } from "./routing.ts";
import type { TaskDefinition } from "./task-definition.ts";
import { findTimeLimitFaults, isTimeLimit, TIME_LIMIT } from "./time-limits.ts";

/** The options of a task that say how it is called and run, by Celery's names in camelCase. All but `typing`, `express`, `concurrency` and `uniqueFor` may be annotated (`task_annotations`). */
export interface RunOptions extends Partial<RetryPolicy>, Partial<AckPolicy> {
  /** The queue of calls that name none; it wins over `task_routes`, as in Celery. Default: what the routes say, else `task_default_queue`. */
  queue?: string;
  /** The priority of calls that name none, 0 to 9, 9 first. Default: what the routes say, else `task_default_priority`. */
  priority?: number;
  /** Seconds after its call from which on a task that has not started is not started any more (REVOKED, `expired`). Default: never. */
  expires?: number;
  /** Seconds after which an attempt ends as FAILURE `TimeLimitExceeded`; null: never, whatever `task_time_limit` says, which is the default. */
  timeLimit?: number | null;
  /** Seconds after which the task's `signal` is aborted with `SoftTimeLimitExceeded`; null: never. Default `task_soft_time_limit`. */
  softTimeLimit?: number | null;
  /** How many start in a span of time, over all consumers: `"10/s"`, `"10/m"`, `"0.5/h"`, or a number a second; null: any number. Default `task_default_rate_limit`. */
  rateLimit?: string | number | null;
  /** Ours: how many run at once, over all consumers; where calls have a `concurrencyKey`, of each key. A whole number from 1. Default: any number. */
  concurrency?: number;
  /** Ours: seconds, at most 86,400, in which a second call with equal arguments is answered with the first one's id. Default: each call is a task. */
  uniqueFor?: number;
  /** Both `acksOnFailure` and `acksOnTimeout`, which win over it. */
  acksOnFailureOrTimeout?: boolean;
  /** Do not keep the return value. Default `task_ignore_result`. */
  ignoreResult?: boolean;
  /** Keep failures even so. Default `task_store_errors_even_if_ignored`. */
  storeErrorsEvenIfIgnored?: boolean;
  /** Show STARTED while it runs. Default `task_track_started`. */
  trackStarted?: boolean;
  /** Check the number and names of arguments where the call is made. Default true; false: wrong ones are a failure of the task. */
  typing?: boolean;
  /**
   * Ours: take the express lane. On an idle queue the broker hands a call straight to the Worker script's own code instead of ringing a
   * bell, so that the answer comes in milliseconds. For short work (at most some seconds) that mostly waits: it may share the
   * broker's thread, so CPU-heavy work holds up everybody. Default false.
   */
  express?: boolean;
}

/** What the options of a task come to in its definition. */
export type RunFields = Omit<TaskDefinition, "name" | "parameters" | "doc" | "schemas" | "acks">;

interface Check {
  expected: string;
  accepts(value: unknown): boolean;
}

const LONGEST_NAME = 255;
/** Keys of any kind are kept so long (broker/book.ts). */
const LONGEST_HOLD = 86_400;

const FLAG: Check = { expected: "true or false", accepts: (value) => typeof value === "boolean" };
const LIMIT: Check = { expected: TIME_LIMIT, accepts: (value) => value === null || isTimeLimit(value) };

/** Options that stand in the definition as they are given. */
const PLAIN: Record<Exclude<keyof RunFields, "retry" | "perSecond" | "ownAcks">, Check> = {
  queue: {
    expected: "the name of a queue",
    accepts: (value) => typeof value === "string" && value !== "" && value.length <= LONGEST_NAME,
  },
  priority: { expected: PRIORITY, accepts: isPriority },
  expires: { expected: "a number of seconds above 0", accepts: (value) => isNumber(value) && value > 0 },
  timeLimit: LIMIT,
  softTimeLimit: LIMIT,
  concurrency: { expected: "a whole number from 1", accepts: (value) => isNumber(value) && Number.isInteger(value) && value >= 1 },
  uniqueFor: {
    expected: `a number of seconds above 0, at most ${LONGEST_HOLD} (24 hours)`,
    accepts: (value) => isNumber(value) && value > 0 && value <= LONGEST_HOLD,
  },
  ignoreResult: FLAG,
  storeErrorsEvenIfIgnored: FLAG,
  trackStarted: FLAG,
  typing: FLAG,
  express: FLAG,
};

const BOTH_ACKS = "acksOnFailureOrTimeout";
const ACKS: readonly string[] = [BOTH_ACKS, "acksLate", "acksOnFailure", "acksOnTimeout", "rejectOnWorkerLost"];

/** The names of the options that are read here. */
export const RUN_OPTION_NAMES: readonly string[] = [...Object.keys(PLAIN), "rateLimit", ...ACKS, ...RETRY_OPTION_NAMES];

/**
 * Reads those of a task's options that say how it runs, for its definition; other names are not looked at, and `undefined` is not given. With every
 * fault found, under the option's name. What is given changes `base`: of retries and acknowledgement the rest stays as it is there.
 */
export function readRunOptions(
  options: Readonly<Record<string, unknown>>,
  base: Pick<RunFields, "retry" | "ownAcks"> = {},
): { fields: RunFields; faults: Fault[] } {
  const faults: Fault[] = [];
  const fields: Record<string, unknown> = {};
  const given = (names: readonly string[]) => names.filter((name) => options[name] !== undefined);
  const accepted = (name: string, { expected, accepts }: Check) => {
    if (accepts(options[name])) return true;
    faults.push({ path: name, message: `expected ${expected}, got ${describeValue(options[name])}` });
    return false;
  };
  for (const [name, check] of Object.entries(PLAIN)) {
    if (options[name] !== undefined && accepted(name, check)) fields[name] = options[name];
  }
  if (faults.length === 0) faults.push(...findTimeLimitFaults({ soft: options.softTimeLimit, hard: options.timeLimit }));
  if (options.rateLimit !== undefined) {
    const rate = readRateLimit(options.rateLimit);
    if ("fault" in rate) faults.push({ path: "rateLimit", message: rate.fault });
    else fields.perSecond = rate.perSecond;
  }
  const acks: Record<string, unknown> = {};
  for (const name of given(ACKS).filter((each) => accepted(each, FLAG))) {
    const both = { acksOnFailure: options[name], acksOnTimeout: options[name] };
    Object.assign(acks, name === BOTH_ACKS ? both : { [name]: options[name] });
  }
  if (Object.keys(acks).length > 0) fields.ownAcks = { ...base.ownAcks, ...acks };
  const retry = given(RETRY_OPTION_NAMES);
  if (retry.length > 0) {
    const read = readRetryPolicy(options);
    faults.push(...read.faults);
    const said = Object.fromEntries(Object.entries(read.policy).filter(([name]) => retry.includes(name)));
    fields.retry = { ...(base.retry ?? defaultRetryPolicy), ...said };
  }
  // Each was checked above against its field.
  return { fields: fields as RunFields, faults };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
