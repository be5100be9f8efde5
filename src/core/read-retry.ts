import { findKindFault } from "./error-kind.ts";
import type { Fault } from "./errors.ts";
import { describeValue, isPlainObject } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import type { RetryPolicy } from "./retry.ts";
import { defaultRetryPolicy } from "./retry.ts";

interface Check {
  expected: string;
  accepts(value: unknown): boolean;
}

const LIMIT: Check = {
  expected: "a whole number, 0 or more, or null for any number",
  accepts: (value) => value === null || isCount(value),
};
const SECONDS: Check = { expected: "a number of seconds, 0 or more", accepts: (value) => isNumber(value) && value >= 0 };
const FLAG: Check = { expected: "true or false", accepts: (value) => typeof value === "boolean" };

const CHECKS: Record<Exclude<keyof RetryPolicy, "autoretryFor" | "dontAutoretryFor" | "throws" | "retryKwargs">, Check> = {
  maxRetries: LIMIT,
  defaultRetryDelay: SECONDS,
  retryBackoff: {
    expected: "true, false or a number of seconds, 0 or more",
    accepts: (value) => FLAG.accepts(value) || SECONDS.accepts(value),
  },
  retryBackoffMax: SECONDS,
  retryJitter: FLAG,
};

const KINDS = ["autoretryFor", "dontAutoretryFor", "throws"] as const;

const REQUEST_CHECKS: Record<keyof RetryPolicy["retryKwargs"], Check> = {
  args: { expected: "an array", accepts: Array.isArray },
  kwargs: { expected: "an object", accepts: isPlainObject },
  countdown: SECONDS,
  eta: { expected: "a valid date and time", accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()) },
  maxRetries: LIMIT,
  queue: { expected: "the name of a queue", accepts: (value) => typeof value === "string" && value !== "" },
  priority: { expected: "a whole number from 0 to 9 (9 first)", accepts: (value) => isCount(value) && value <= 9 },
};

/** The names of a task's options that `readRetryPolicy` reads. */
export const RETRY_OPTION_NAMES: readonly string[] = Object.keys(defaultRetryPolicy);

/**
 * Reads the retry policy out of a task's options: those that are not given are Celery's defaults, and other names are not looked at. With
 * every fault found; the policy is to be used only when there is none.
 */
export function readRetryPolicy(options: Readonly<Record<string, unknown>>): { policy: RetryPolicy; faults: Fault[] } {
  const faults: Fault[] = [];
  const given: Record<string, unknown> = {};
  const take = (name: string, fault: string | undefined) => {
    if (fault === undefined) given[name] = options[name];
    else faults.push({ path: name, message: fault });
  };
  for (const [name, check] of Object.entries(CHECKS)) {
    if (options[name] !== undefined) take(name, refusal(check, options[name]));
  }
  for (const name of KINDS) {
    if (options[name] !== undefined) take(name, findKindFault(options[name]));
  }
  if (options.retryKwargs !== undefined) {
    const found = findRequestFaults(options.retryKwargs, "retryKwargs");
    faults.push(...found);
    if (found.length === 0) given.retryKwargs = options.retryKwargs;
  }
  // Each value was checked above against its field.
  return { policy: { ...defaultRetryPolicy, ...(given as Partial<RetryPolicy>) }, faults };
}

/**
 * What is wrong with what `task.retry(…)` was told, or with `retryKwargs`, everything at once, with paths that begin with `path` (""
 * for none). `exc` may be anything; an unknown name is a fault with the nearest known one.
 */
export function findRequestFaults(request: unknown, path: string): Fault[] {
  if (!isPlainObject(request)) return [{ path, message: `expected an object, got ${describeValue(request)}` }];
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined || name === "exc") continue;
    const at = path === "" ? name : `${path}.${name}`;
    if (!isRequestName(name)) {
      const known = Object.keys(REQUEST_CHECKS);
      faults.push({
        path: at,
        message: `'${name}' is no option of a retry${didYouMean(name, known) || `; there are ${known.join(", ")}`}`,
      });
    } else {
      const fault = refusal(REQUEST_CHECKS[name], value);
      if (fault !== undefined) faults.push({ path: at, message: fault });
    }
  }
  return faults;
}

function isRequestName(name: string): name is keyof typeof REQUEST_CHECKS {
  return Object.hasOwn(REQUEST_CHECKS, name);
}

function refusal(check: Check, value: unknown): string | undefined {
  return check.accepts(value) ? undefined : `expected ${check.expected}, got ${describeValue(value)}`;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}
