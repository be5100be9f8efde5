/** The per-key limit of submits (`http_submit_rate_limit`): one bucket a key's name, in the memory of this isolate. */
import { writeRateLimit } from "../core/rate-limit.ts";
import type { Visitor } from "./doorkeeper.ts";
import { Problem } from "./problem.ts";

/** What a limit comes to in the words of the IETF draft "RateLimit header fields": a quota in a window. */
interface Policy {
  perSecond: number;
  /** Tasks: what a bucket that nothing was taken of holds. */
  quota: number;
  windowSeconds: number;
}

/** What is left to a key. Below 0: a bulk took more than there was, and the next submit waits for it. */
interface Bucket {
  tokens: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** The headers of an answer to a submit; none where there is no limit. */
export type LimitHeaders = Readonly<Record<string, string>>;

/** A submit that was let in. */
export interface Admitted {
  visitor: Visitor;
  /** Made when the answer is: `RateLimit` and `RateLimit-Policy`. */
  headers: () => LimitHeaders;
}

/** A window of one second, minute or hour: the shortest in which a whole task fits; for rarer ones the time of one task. */
function policyOf(perSecond: number): Policy {
  const windowSeconds = [1, 60, 3600].find((seconds) => perSecond * seconds >= 1 - 1e-9) ?? Math.ceil(1 / perSecond);
  return { perSecond, quota: Math.max(1, Math.floor(perSecond * windowSeconds + 1e-9)), windowSeconds };
}

/** The buckets of one isolate. There are as many as keys, so none is ever dropped. */
export class SubmitLimits {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Counts a request to submit as one task, and lets its route count more (`visitor.countMore`). What is refused later for its content has counted as one.
   * @throws Problem `rate_limited` (429) with `Retry-After`, when the key has no task left.
   */
  enter(visitor: Visitor, perSecond: number, now: number): Admitted {
    const policy = policyOf(perSecond);
    const { quota } = policy;
    const before = this.#buckets.get(visitor.name) ?? { tokens: quota, at: now };
    // A clock that went back gives nothing.
    const tokens = Math.min(quota, before.tokens + (Math.max(0, now - before.at) * perSecond) / 1000);
    const bucket = { tokens, at: now };
    this.#buckets.set(visitor.name, bucket);
    const headers = () => headersOf(policy, bucket);
    // Sums of fractions may end a hair below the whole.
    if (tokens < 1 - 1e-9) throw refusal(policy, bucket);
    bucket.tokens -= 1;
    const countMore = (tasks: number) => {
      const current = this.#buckets.get(visitor.name) ?? bucket;
      current.tokens -= tasks;
    };
    return { visitor: { ...visitor, countMore }, headers };
  }
}

function refusal(policy: Policy, bucket: Bucket): Problem {
  const seconds = Math.max(1, secondsUntil(1, policy, bucket));
  const detail = `This key may submit ${writeRateLimit(policy.perSecond)} tasks (\`http_submit_rate_limit\`): send the request again in ${seconds} s.`;
  return new Problem("rate_limited", detail, { headers: { ...headersOf(policy, bucket), "retry-after": String(seconds) } });
}

function headersOf(policy: Policy, bucket: Bucket): LimitHeaders {
  const left = Math.max(0, Math.floor(bucket.tokens + 1e-9));
  return {
    "ratelimit-policy": `"submit";q=${policy.quota};w=${policy.windowSeconds}`,
    ratelimit: `"submit";r=${left};t=${secondsUntil(policy.quota, policy, bucket)}`,
  };
}

/** Whole seconds until a bucket holds so many. */
function secondsUntil(tokens: number, { perSecond }: Policy, bucket: Bucket): number {
  return Math.max(0, Math.ceil((tokens - bucket.tokens) / perSecond - 1e-6));
}
