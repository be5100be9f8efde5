/**
 * When a task is run again: Celery's retry policy (`autoretry_for`, `max_retries`, `retry_backoff`, `Task.retry`) as decisions about one
 * attempt that ended. The clock and chance are handed in.
 */
import type { ErrorKind } from "./error-kind.ts";
import { isOfKind } from "./error-kind.ts";
import type { Delay } from "./flow.ts";
import { isFlow } from "./flow.ts";
import { MaxRetriesExceededError } from "./task-errors.ts";

/** What `task.retry(…)` may be told, and what `retryKwargs` holds for automatic retries. */
export interface RetryRequest {
  /** Other arguments for the next attempt; absent: the same. */
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
  /** Seconds from now; 0 is at once. Absent: `defaultRetryDelay`. */
  countdown?: number;
  /** The instant to run again at; wins over `countdown`. One that has passed is at once. */
  eta?: Date;
  /** Raised instead of `MaxRetriesExceededError` when no retry is left, and kept as the error of the state RETRY. */
  exc?: unknown;
  /** How many retries this decision allows, null: any number. Unlike in Celery it does not stick, and null is not "the default". */
  maxRetries?: number | null;
  /** Another queue or priority for the next attempt. */
  queue?: string;
  priority?: number;
}

/** How a task is retried: its options, all given. */
export interface RetryPolicy {
  /** How many times after the first attempt; null: any number. Default 3. */
  maxRetries: number | null;
  /** Seconds until the next attempt when nothing else says. Default 180. */
  defaultRetryDelay: number;
  /** Wait 1, 2, 4, … times the factor (true: 1 second) before automatic retries. False or 0: no. Default false. */
  retryBackoff: boolean | number;
  /** The longest wait of the backoff, in seconds. Default 600. */
  retryBackoffMax: number;
  /** Wait any whole number of seconds from 0 to what the backoff says. Default true. */
  retryJitter: boolean;
  /** What automatic retries ask for, as if by `task.retry(…)`; the backoff's wait replaces its `countdown`. */
  retryKwargs: Omit<RetryRequest, "exc">;
  /** The errors that are retried automatically; default none. */
  autoretryFor: readonly ErrorKind[];
  /** Those of them that are not. */
  dontAutoretryFor: readonly ErrorKind[];
  /** Errors that are expected: still FAILURE, but logged in one line and without their stack. */
  throws: readonly ErrorKind[];
}

/** Celery's defaults. */
export const defaultRetryPolicy: Readonly<RetryPolicy> = Object.freeze({
  maxRetries: 3,
  defaultRetryDelay: 180,
  retryBackoff: false,
  retryBackoffMax: 600,
  retryJitter: true,
  retryKwargs: Object.freeze({}),
  autoretryFor: Object.freeze([]),
  dontAutoretryFor: Object.freeze([]),
  throws: Object.freeze([]),
});

/** What a decision must know of the attempt: who it is and how many retries it had. */
export interface Attempted {
  task: string;
  id: string;
  args: readonly unknown[];
  kwargs: Readonly<Record<string, unknown>>;
  /** How many times it was retried before this attempt; 0 in the first. */
  retries: number;
  /** The call's own `max_retries`, null: any number. Absent: the task's. */
  maxRetries?: number | null;
}

/** What follows: another attempt (state RETRY, with `error` kept while it waits), or the task ends as FAILURE with `error`. */
export type RetryDecision =
  | { retry: true; delay: Delay; error: unknown }
  | { retry: false; why: "exhausted" | "not_retried"; error: unknown };

/**
 * Decides `task.retry(request)`. Exhausted: the error is `request.exc`, else a `MaxRetriesExceededError` that names the task and its
 * arguments as Celery does. `now` is milliseconds since 1970.
 */
export function decideRetry(attempted: Attempted, request: RetryRequest, policy: RetryPolicy, now: number): RetryDecision {
  const retries = attempted.retries + 1;
  const limit = request.maxRetries !== undefined ? request.maxRetries : limitOf(attempted, policy);
  if (limit !== null && retries > limit) {
    return { retry: false, why: "exhausted", error: request.exc ?? new MaxRetriesExceededError(describeExhausted(attempted, request)) };
  }
  const { args, kwargs, queue, priority } = request;
  const due = request.eta === undefined ? now + (request.countdown ?? policy.defaultRetryDelay) * 1000 : request.eta.getTime();
  const delay: Delay = { due: Math.max(now, Math.round(due)), retries };
  if (args !== undefined) delay.args = args;
  if (kwargs !== undefined) delay.kwargs = kwargs;
  if (queue !== undefined) delay.queue = queue;
  if (priority !== undefined) delay.priority = priority;
  return { retry: true, delay, error: request.exc };
}

/**
 * Decides about an error that a handler threw: retried when it is one of `autoretryFor` and none of `dontAutoretryFor`. `Retry`, `Ignore`
 * and `Reject` never are. Exhausted: the error itself is the failure. `chance` is a number from 0 up to 1, used with jitter only.
 */
export function decideAutoretry(attempted: Attempted, error: unknown, policy: RetryPolicy, now: number, chance: number): RetryDecision {
  if (isFlow(error) || !isOfKind(error, policy.autoretryFor) || isOfKind(error, policy.dontAutoretryFor)) {
    return { retry: false, why: "not_retried", error };
  }
  const request: RetryRequest = { ...policy.retryKwargs, exc: error };
  const factor = Number(policy.retryBackoff);
  if (factor !== 0) {
    const { retryBackoffMax: maximum, retryJitter } = policy;
    request.countdown = backoffSeconds({ factor, retries: attempted.retries, maximum, chance: retryJitter ? chance : null });
  }
  return decideRetry(attempted, request, policy, now);
}

/** What the wait of a backoff is computed from. */
export interface Backoff {
  /** Seconds before the first retry; below 1 counts as 1, and its fraction is dropped. */
  factor: number;
  /** How many retries there were: 0 before the first. */
  retries: number;
  /** The longest wait in seconds; its fraction is dropped. */
  maximum: number;
  /** From 0 up to 1: how far into the wait; null: all of it. */
  chance: number | null;
}

/**
 * Celery's exponential backoff in whole seconds: `min(maximum, factor · 2^retries)`, without jitter; with it any whole number from 0 to
 * that, both included, equally likely. Never below 0.
 */
export function backoffSeconds({ factor, retries, maximum, chance }: Backoff): number {
  const wait = Math.min(Math.trunc(maximum), Math.trunc(Math.max(1, factor)) * 2 ** retries);
  return Math.max(0, chance === null ? wait : Math.floor(chance * (wait + 1)));
}

/** Whether a failure is one that the task said to expect (`throws`). */
export function isExpected(error: unknown, policy: RetryPolicy): boolean {
  return isOfKind(error, policy.throws);
}

function limitOf(attempted: Attempted, policy: RetryPolicy): number | null {
  return attempted.maxRetries !== undefined ? attempted.maxRetries : policy.maxRetries;
}

/** How many characters of the arguments a message shows. */
const SHOWN = 500;

function describeExhausted({ task, id, args, kwargs }: Attempted, request: RetryRequest): string {
  return `Can't retry ${task}[${id}] args:${show(request.args ?? args)} kwargs:${show(request.kwargs ?? kwargs)}`;
}

function show(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? "";
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  } catch {
    return "(not shown: JSON cannot hold them)";
  }
}
