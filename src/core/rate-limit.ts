/**
 * Rate limits (Celery's `rate_limit`): reading them, and the token bucket that keeps them. In Celery every worker has a bucket of its own;
 * here the broker keeps one a task, so a limit holds over all consumers.
 */
import { describeValue } from "./json-value.ts";

/** A limit in tasks a second, or why the text is none. Null: no limit. */
export type ReadRate = { perSecond: number | null } | { fault: string };

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);
const RATE = /^\s*(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d{1,3})?\s*(?:\/([a-z]+))?$/i;
/** One task in about three years; a rarer limit would be a pause. */
const LOWEST = 1e-8;

/**
 * Reads a limit as Celery writes it: `"10/s"`, `"10/m"`, `"10/h"`, fractions (`"0.5/m"`), a number or `"10"` for so many a second. Null, 0,
 * `"0/m"` and "" mean no limit. A negative one, an unknown unit or other text is a fault.
 */
export function readRateLimit(value: unknown): ReadRate {
  if (value === null || value === undefined || value === "" || value === 0) return { perSecond: null };
  const perSecond = typeof value === "number" ? value : readText(value);
  if (perSecond === 0) return { perSecond: null };
  if (perSecond === undefined || !Number.isFinite(perSecond) || perSecond < LOWEST) {
    return { fault: `expected a rate such as "10/s", "10/m", "0.5/h", a number a second, or null for none, got ${describeValue(value)}` };
  }
  return { perSecond };
}

function readText(value: unknown): number | undefined {
  const match = typeof value === "string" ? RATE.exec(value) : null;
  const unit = UNITS.get(match?.[3] ?? "s");
  return match === null || unit === undefined ? undefined : Number(`${match[1]}${match[2] ?? ""}`) / unit;
}

/** Writes a rate as Celery does, in the shortest unit in which it is one or more: `10/m`, `2.5/s`, `0.5/h`. */
export function writeRateLimit(perSecond: number): string {
  const [unit, seconds] = [...UNITS].find(([, each]) => perSecond * each >= 1 - HAIR) ?? ["h", 3600];
  // Ten in sixty seconds are not quite ten again.
  return `${Number((perSecond * seconds).toPrecision(12))}/${unit}`;
}

/** How a bucket stands: plain data, to be kept in a row or in memory. */
export interface TokenBucket {
  /** How many tasks may start, fractions counted. */
  tokens: number;
  /** As of when: milliseconds since 1970. */
  at: number;
  /** Tasks were left waiting the last time, so what was missed since is made up for. */
  waiting: boolean;
}

/** What came of asking for tokens. */
export interface Taken {
  bucket: TokenBucket;
  /** How many tasks may start now: whole, from 0 to what was asked for. */
  taken: number;
}

/** An idle bucket holds one token, as Celery's does: tasks are spaced evenly, and `10/m` never lets ten start at once. */
const CAPACITY = 1;
/**
 * A broker that wakes late while tasks wait makes up for so much, in milliseconds: else every late timer would lower the rate. In any
 * span of time at most one task, and what a quarter second's rate is, start above the rate.
 */
const CATCH_UP = 250;
/** Sums of fractions may end a hair below the whole. */
const HAIR = 1e-9;

/** A bucket of which nothing was taken yet: one task may start at once. */
export function fullBucket(now: number): TokenBucket {
  return { tokens: CAPACITY, at: now, waiting: false };
}

/**
 * Takes up to `wanted` tokens at `now` from a bucket that fills at `perSecond`. Say how many tasks are ready, also when fewer could be
 * claimed at once: what is left over makes the bucket `waiting`. The rate may differ from the last call's: it holds from then
 * on. A clock that went back gives no tokens, and takes none.
 */
export function take(bucket: TokenBucket, wanted: number, perSecond: number, now: number): Taken {
  const filled = fill(bucket, perSecond, now);
  const taken = Math.max(0, Math.min(Math.floor(wanted), Math.floor(filled + HAIR)));
  return { bucket: { tokens: Math.max(0, filled - taken), at: now, waiting: taken < wanted }, taken };
}

/**
 * Gives back what was taken and not used, such as permits that a shard did not need: the next `take` may have them. More than the bucket
 * holds is lost.
 */
export function giveBack(bucket: TokenBucket, unused: number, perSecond: number): TokenBucket {
  const most = CAPACITY + (perSecond * CATCH_UP) / 1000;
  return { ...bucket, tokens: Math.min(most, bucket.tokens + unused), waiting: true };
}

/** When the next task may start: a whole millisecond since 1970, `now` at the earliest. A `take` then gives at least one. */
export function nextAt(bucket: TokenBucket, perSecond: number, now: number): number {
  const missing = 1 - fill(bucket, perSecond, now);
  return missing <= HAIR ? now : Math.max(now + 1, Math.ceil(now + ((missing - HAIR) / perSecond) * 1000));
}

function fill({ tokens, at, waiting }: TokenBucket, perSecond: number, now: number): number {
  const grown = tokens + (Math.max(0, now - at) * perSecond) / 1000;
  const most = waiting ? CAPACITY + (perSecond * CATCH_UP) / 1000 : CAPACITY;
  return Math.min(Math.max(most, tokens), grown);
}
