import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ignore, Reject, Retry } from "../../src/core/flow.ts";
import type { Attempted, RetryPolicy } from "../../src/core/retry.ts";
import { backoffSeconds, decideAutoretry, decideRetry, defaultRetryPolicy, isExpected } from "../../src/core/retry.ts";
import { MaxRetriesExceededError } from "../../src/core/task-errors.ts";

const NOW = 1_800_000_000_000;
const policyOf = (changes: Partial<RetryPolicy>): RetryPolicy => ({ ...defaultRetryPolicy, ...changes });
const attempt = (retries: number, changes: Partial<Attempted> = {}): Attempted => ({
  task: "tasks.add",
  id: "an-id",
  args: [2, 3],
  kwargs: {},
  retries,
  ...changes,
});

/** Seconds waited before each retry until none is left. */
function waits(policy: RetryPolicy, chance = 0): number[] {
  const found: number[] = [];
  for (let retries = 0; retries < 50; retries++) {
    const decision = decideAutoretry(attempt(retries), new TypeError("no"), policy, NOW, chance);
    if (!decision.retry) break;
    found.push((decision.delay.due - NOW) / 1000);
  }
  return found;
}

describe("the backoff (CELERY.md 2.6)", () => {
  const plain = (factor: number) => ({ factor, maximum: 600, chance: null });

  it("doubles from the factor up to the maximum", () => {
    const first = Array.from({ length: 12 }, (_, retries) => backoffSeconds({ ...plain(1), retries }));
    expect(first).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
    expect([0, 1, 2].map((retries) => backoffSeconds({ ...plain(5), retries }))).toEqual([5, 10, 20]);
  });

  it.each([
    [0.2, 1],
    [1.9, 1],
    [2.9, 2],
    [-4, 1],
  ])("takes the factor %d as %d", (factor, counted) => {
    expect(backoffSeconds({ ...plain(factor), retries: 0 })).toBe(counted);
  });

  it("with jitter is any whole number from 0 to the wait, each for an equal part of chance", () => {
    const spread = Array.from({ length: 20 }, (_, step) => backoffSeconds({ factor: 1, retries: 2, maximum: 600, chance: step / 20 }));
    expect([0, 1, 2, 3, 4].map((wait) => spread.filter((seconds) => seconds === wait).length)).toEqual([4, 4, 4, 4, 4]);
  });

  it("never leaves its bounds, however many retries there were", () => {
    const any = fc.record({
      factor: fc.double({ min: 0, max: 1e6, noNaN: true }),
      retries: fc.nat({ max: 5000 }),
      maximum: fc.double({ min: 0, max: 1e6, noNaN: true }),
      chance: fc.option(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
    });
    fc.assert(
      fc.property(any, (backoff) => {
        const seconds = backoffSeconds(backoff);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(backoffSeconds({ ...backoff, chance: null }));
        expect(seconds).toBeLessThanOrEqual(backoff.maximum);
      }),
    );
  });
});

describe("automatic retries", () => {
  const autoretryFor = [TypeError];

  it("come 180 s apart and three times unless the task says otherwise", () => {
    expect(waits(policyOf({ autoretryFor }))).toEqual([180, 180, 180]);
  });

  it("back off", () => {
    expect(waits(policyOf({ autoretryFor, retryBackoff: true, retryJitter: false, maxRetries: 11 }))).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600,
    ]);
    expect(waits(policyOf({ autoretryFor, retryBackoff: 3, retryBackoffMax: 10, retryJitter: false }))).toEqual([3, 6, 10]);
    expect(waits(policyOf({ autoretryFor, retryBackoff: true }), 0.5)).toEqual([1, 1, 2]);
  });

  it("ask for what retryKwargs holds; the backoff replaces its countdown", () => {
    const retryKwargs = { maxRetries: 5, countdown: 2, queue: "slow" };
    expect(waits(policyOf({ autoretryFor, retryKwargs }))).toEqual([2, 2, 2, 2, 2]);
    expect(waits(policyOf({ autoretryFor, retryKwargs, retryBackoff: true, retryJitter: false }))).toEqual([1, 2, 4, 8, 16]);
    const decision = decideAutoretry(attempt(0), new TypeError("no"), policyOf({ autoretryFor, retryKwargs }), NOW, 0);
    expect(decision).toMatchObject({ retry: true, delay: { queue: "slow", retries: 1 } });
  });

  it("never end when maxRetries is null, and never begin when it is 0", () => {
    expect(waits(policyOf({ autoretryFor, maxRetries: null }))).toHaveLength(50);
    expect(waits(policyOf({ autoretryFor, maxRetries: 0 }))).toEqual([]);
  });

  it("end with the error itself", () => {
    const error = new TypeError("no");
    expect(decideAutoretry(attempt(3), error, policyOf({ autoretryFor }), NOW, 0)).toEqual({ retry: false, why: "exhausted", error });
  });

  it("keep the error while they wait", () => {
    const error = new TypeError("no");
    expect(decideAutoretry(attempt(1), error, policyOf({ autoretryFor }), NOW, 0)).toEqual({
      retry: true,
      delay: { due: NOW + 180_000, retries: 2 },
      error,
    });
  });

  it.each([
    ["another error", new RangeError("no")],
    ["a text", "TypeError"],
    ["nothing", undefined],
  ])("do not come for %s", (_, error) => {
    expect(decideAutoretry(attempt(0), error, policyOf({ autoretryFor }), NOW, 0)).toEqual({ retry: false, why: "not_retried", error });
  });

  it("do not come for what dontAutoretryFor names, though autoretryFor does too", () => {
    const policy = policyOf({ autoretryFor: ["Error"], dontAutoretryFor: [TypeError] });
    expect(decideAutoretry(attempt(0), new TypeError("no"), policy, NOW, 0).retry).toBe(false);
    expect(decideAutoretry(attempt(0), new RangeError("no"), policy, NOW, 0).retry).toBe(true);
  });

  it.each([new Ignore(), new Reject(), new Retry({ due: NOW, retries: 1 })])(
    "do not come for $name, whatever autoretryFor says",
    (flow) => {
      const policy = policyOf({ autoretryFor: [Error, "Ignore", "Reject", "Retry"] });
      expect(decideAutoretry(attempt(0), flow, policy, NOW, 0)).toMatchObject({ retry: false, why: "not_retried" });
    },
  );

  it("are as many as the call allows, where it says", () => {
    const policy = policyOf({ autoretryFor });
    expect(decideAutoretry(attempt(0, { maxRetries: 0 }), new TypeError("no"), policy, NOW, 0).retry).toBe(false);
    expect(decideAutoretry(attempt(99, { maxRetries: null }), new TypeError("no"), policy, NOW, 0).retry).toBe(true);
  });
});

describe("task.retry(…)", () => {
  it("waits the default delay, the countdown, or until the eta, which wins", () => {
    const due = (request: object) => {
      const decision = decideRetry(attempt(0), request, defaultRetryPolicy, NOW);
      return decision.retry ? decision.delay.due - NOW : undefined;
    };
    expect(due({})).toBe(180_000);
    expect(due({ countdown: 1.5 })).toBe(1_500);
    expect(due({ countdown: 0 })).toBe(0);
    expect(due({ countdown: 1, eta: new Date(NOW + 7_000) })).toBe(7_000);
    expect(due({ eta: new Date(NOW - 7_000) })).toBe(0);
  });

  it("replaces arguments, queue and priority where given and says nothing of them otherwise", () => {
    const asked = { args: [4], kwargs: { y: 5 }, queue: "slow", priority: 7, countdown: 1 };
    expect(decideRetry(attempt(1), asked, defaultRetryPolicy, NOW)).toEqual({
      retry: true,
      delay: { due: NOW + 1_000, retries: 2, args: [4], kwargs: { y: 5 }, queue: "slow", priority: 7 },
      error: undefined,
    });
    expect(decideRetry(attempt(1), {}, defaultRetryPolicy, NOW)).toMatchObject({ delay: { due: NOW + 180_000, retries: 2 } });
  });

  it("ends with MaxRetriesExceededError, told as Celery tells it", () => {
    const decision = decideRetry(attempt(3), {}, defaultRetryPolicy, NOW);
    expect(decision).toMatchObject({ retry: false, why: "exhausted" });
    expect(decision.error).toBeInstanceOf(MaxRetriesExceededError);
    expect(decision.error).toHaveProperty("message", "Can't retry tasks.add[an-id] args:[2,3] kwargs:{}");
  });

  it("ends with the error it was given", () => {
    const exc = new Error("mine");
    expect(decideRetry(attempt(3), { exc }, defaultRetryPolicy, NOW)).toEqual({ retry: false, why: "exhausted", error: exc });
  });

  it("counts against its own maxRetries, this time only", () => {
    expect(decideRetry(attempt(3), { maxRetries: 4 }, defaultRetryPolicy, NOW).retry).toBe(true);
    expect(decideRetry(attempt(3), { maxRetries: null }, defaultRetryPolicy, NOW).retry).toBe(true);
    expect(decideRetry(attempt(0), { maxRetries: 0 }, defaultRetryPolicy, NOW).retry).toBe(false);
  });

  it("shows arguments that JSON cannot hold, or very long ones, without failing", () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const message = (args: readonly unknown[]) => String(decideRetry(attempt(3, { args }), {}, defaultRetryPolicy, NOW).error);
    expect(message(cyclic)).toContain("not shown");
    expect(message(["x".repeat(9_000)]).length).toBeLessThan(700);
  });

  it("grants exactly maxRetries retries", () => {
    fc.assert(
      fc.property(fc.nat({ max: 40 }), (maxRetries) => {
        let retries = 0;
        for (let at = attempt(0); retries < 50; at = attempt(retries)) {
          const decision = decideRetry(at, {}, policyOf({ maxRetries }), NOW);
          if (!decision.retry) break;
          expect(decision.delay.retries).toBe(retries + 1);
          retries = decision.delay.retries;
        }
        expect(retries).toBe(maxRetries);
      }),
    );
  });
});

it("an error that `throws` names is expected", () => {
  const policy = policyOf({ throws: [RangeError, "KeyError"] });
  expect(isExpected(new RangeError("x"), policy)).toBe(true);
  expect(isExpected(Object.assign(new Error("x"), { name: "KeyError" }), policy)).toBe(true);
  expect(isExpected(new TypeError("x"), policy)).toBe(false);
});
