/** Celery's rows of `retry` (CELERY.md 2.6), as a handler meets them. */
import { describe, expect, it } from "vitest";
import { MaxRetriesExceededError } from "../../src/core/task-errors.ts";
import { againOf, attempt, errorOf, NOW } from "./attempt-stage.ts";

class Busy extends Error {
  override name = "Busy";
}

const busy = () => {
  throw new Busy("try later");
};

describe("2.6 retry builds the next attempt from the current one", () => {
  it("with the same arguments, one retry more, after 180 s by default", async () => {
    const { outcome } = attempt((self) => self.retry(), { line: { args: [1] }, granted: { retries: 1 } });
    expect(againOf(await outcome)).toEqual({ retries: 2, inSeconds: 180 });
  });

  it("its line is not touched, so headers, priority, stamps, limits, root and parent stay", async () => {
    const { outcome } = attempt((self) => self.retry(), { line: { headers: { trace: "t" }, priority: 7 } });
    expect(await outcome).not.toHaveProperty("again.line");
  });

  it("goes to another queue, and with another priority, when it says so", async () => {
    const { outcome } = attempt((self) => self.retry({ queue: "slow", priority: 2 }));
    expect(againOf(await outcome)).toMatchObject({ queue: "slow", priority: 2 });
  });
});

describe("2.6 args and kwargs replace the originals", () => {
  it("in the line, of which all else stays", async () => {
    const line = { args: [1, 2], kwargs: { z: 3 }, headers: { trace: "t" }, root_id: "r" };
    const { outcome } = attempt((self) => self.retry({ args: [5] }), {
      line,
      definition: { parameters: ["x", "y", "z"].map((name) => ({ name, required: false, rest: false })) },
    });
    const ended = await outcome;
    expect(ended.state === "RETRY" && JSON.parse(ended.again.line ?? "")).toEqual({ task: "tasks.it", ...line, args: [5] });
  });

  it("are refused where they are given when they do not fit", async () => {
    const { outcome } = attempt((self) => self.retry({ args: [1, 2] }), { definition: { parameters: [] } });
    expect(errorOf(await outcome)).toEqual([
      "FAILURE",
      "RefusedCall",
      expect.stringContaining("takes 0 positional arguments but 2 were given"),
    ]);
  });

  it("end the task as FAILURE EncodeError when JSON cannot hold them, or more than 1,000,000 bytes", async () => {
    const { outcome } = attempt((self) => self.retry({ args: [() => 1] }));
    expect(errorOf(await outcome)).toEqual(["FAILURE", "EncodeError", expect.stringContaining("args[0]")]);
    const large = attempt((self) => self.retry({ args: ["x".repeat(1_000_000)] }));
    expect(errorOf(await large.outcome)[2]).toContain("tasks.it asked to be retried with 1000004 bytes of arguments");
    const fits = attempt((self) => self.retry({ args: ["x".repeat(999_996)] }));
    expect((await fits.outcome).state).toBe("RETRY");
  });
});

describe("2.6 when", () => {
  it.each([
    ["countdown", { countdown: 5 }, 5],
    ["countdown 0: at once", { countdown: 0 }, 0],
    ["eta", { eta: new Date(NOW + 60_000) }, 60],
    ["eta wins over countdown", { eta: new Date(NOW + 60_000), countdown: 5 }, 60],
    ["an eta that has passed is at once", { eta: new Date(NOW - 60_000) }, 0],
  ])("%s", async (_row, request, seconds) => {
    const { outcome } = attempt((self) => self.retry(request));
    expect(againOf(await outcome)?.inSeconds).toBe(seconds);
  });

  it("default_retry_delay when neither says", async () => {
    const { outcome } = attempt((self) => self.retry(), { policy: { defaultRetryDelay: 30 } });
    expect(againOf(await outcome)?.inSeconds).toBe(30);
  });
});

describe("2.6 no retry left", () => {
  it("raises exc if passed", async () => {
    const { outcome } = attempt((self) => self.retry({ exc: new Busy("no") }), { granted: { retries: 3 } });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "Busy", "no"]);
  });

  it("raises MaxRetriesExceededError otherwise, in Celery's words", async () => {
    const { outcome } = attempt((self) => self.retry(), { granted: { retries: 3 }, line: { args: [1] } });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "MaxRetriesExceededError", "Can't retry tasks.it[the-id] args:[1] kwargs:{}"]);
  });

  it("can be caught by the handler", async () => {
    const { outcome } = attempt(
      (self) => {
        try {
          return self.retry();
        } catch (error) {
          if (error instanceof MaxRetriesExceededError) return "gave up";
          throw error;
        }
      },
      { granted: { retries: 3 } },
    );
    expect((await outcome).result).toBe('"gave up"');
  });

  it.each([
    ["max_retries of the task", { policy: { maxRetries: 1 } }, 1, "FAILURE"],
    ["max_retries null: any number", { policy: { maxRetries: null } }, 1_000, "RETRY"],
    ["max_retries of the call wins over the task's", { policy: { maxRetries: 1 }, line: { max_retries: 5 } }, 4, "RETRY"],
    ["max_retries null of the call", { line: { max_retries: null } }, 1_000, "RETRY"],
  ] as const)("%s", async (_row, setup, retries, state) => {
    const { outcome } = attempt((self) => self.retry(), { ...setup, granted: { retries } });
    expect((await outcome).state).toBe(state);
  });

  it("max_retries passed to retry() is for that call only", async () => {
    const more = attempt((self) => self.retry({ maxRetries: 9 }), { granted: { retries: 8 } });
    expect((await more.outcome).state).toBe("RETRY");
    const after = attempt((self) => self.retry(), { granted: { retries: 9 } });
    expect((await after.outcome).state).toBe("FAILURE");
  });
});

describe("2.6 throw=False", () => {
  it("answers the Retry and the body goes on; the attempt ends with the retry, whatever it returns", async () => {
    const seen: unknown[] = [];
    const { outcome } = attempt((self) => {
      const retry = self.retry({ throw: false, countdown: 1, exc: new Busy("soon") });
      seen.push(retry.name);
      return "done";
    });
    expect(errorOf(await outcome)).toEqual(["RETRY", "Busy", "soon"]);
    expect(seen).toEqual(["Retry"]);
  });

  it("ends with the retry whatever it throws, too", async () => {
    const { outcome } = attempt((self) => {
      self.retry({ throw: false, countdown: 1 });
      throw new Error("later");
    });
    expect(againOf(await outcome)).toEqual({ retries: 1, inSeconds: 1 });
  });

  it("raises all the same when no retry is left", async () => {
    const { outcome } = attempt((self) => self.retry({ throw: false }), { granted: { retries: 3 } });
    expect((await outcome).state).toBe("FAILURE");
  });
});

describe("2.6 state RETRY is stored with the exception and its traceback", () => {
  it("that was given as exc", async () => {
    const { outcome } = attempt((self) => self.retry({ exc: new Busy("no") }));
    const ended = await outcome;
    expect(errorOf(ended)).toEqual(["RETRY", "Busy", "no"]);
    expect(ended.traceback).toContain("Busy: no\n    at");
  });

  it("or the Retry itself", async () => {
    const { outcome } = attempt((self) => self.retry({ countdown: 1 }));
    expect(errorOf(await outcome)).toEqual(["RETRY", "Retry", "Retry at 2026-11-22T10:30:01.000Z"]);
  });

  it("is logged as Celery logs it", async () => {
    const { outcome, log } = attempt((self) => self.retry({ countdown: 1, exc: new Busy("no") }));
    await outcome;
    expect(log.lines[1]).toBe("INFO Task tasks.it[the-id] retry: Retry in 1s: Busy('no')");
    const bare = attempt((self) => self.retry({ countdown: 2 }));
    await bare.outcome;
    expect(bare.log.lines[1]).toBe("INFO Task tasks.it[the-id] retry: Retry in 2s");
  });
});

describe("2.6 backoff", () => {
  const backoff = { autoretryFor: [Busy], retryBackoff: true, maxRetries: null };

  it.each([0, 1, 2, 3, 8, 9, 10, 30].map((retries) => [retries, Math.min(600, 2 ** retries)]))(
    "min(retry_backoff_max, factor · 2^retries) without jitter: %d retries, %d s",
    async (retries, seconds) => {
      const { outcome } = attempt(busy, { policy: { ...backoff, retryJitter: false }, granted: { retries } });
      expect(againOf(await outcome)).toEqual({ retries: retries + 1, inSeconds: seconds });
    },
  );

  it.each([
    ["jitter: from 0", backoff, 0, 0],
    ["jitter: to all of it, included", backoff, 0.999, 8],
    ["a factor", { ...backoff, retryBackoff: 3, retryJitter: false }, 0, 24],
    ["retry_backoff_max", { ...backoff, retryBackoffMax: 5, retryJitter: false }, 0, 5],
  ])("%s", async (_row, policy, chance, seconds) => {
    const { outcome } = attempt(busy, { policy, chance, granted: { retries: 3 } });
    expect(againOf(await outcome)?.inSeconds).toBe(seconds);
  });
});

describe("2.6 autoretry", () => {
  it("retries the errors of autoretry_for with retry_kwargs, and keeps the error", async () => {
    const { outcome } = attempt(busy, { policy: { autoretryFor: [Busy], retryKwargs: { countdown: 2 } } });
    const ended = await outcome;
    expect(againOf(ended)).toEqual({ retries: 1, inSeconds: 2 });
    expect(errorOf(ended)).toEqual(["RETRY", "Busy", "try later"]);
  });

  it("ends as FAILURE with the error itself when no retry is left", async () => {
    const { outcome } = attempt(busy, { policy: { autoretryFor: ["Busy"], retryKwargs: { maxRetries: 1 } }, granted: { retries: 1 } });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "Busy", "try later"]);
  });

  it("leaves other errors, and those of dont_autoretry_for", async () => {
    const other = attempt(busy, { policy: { autoretryFor: [RangeError] } });
    expect((await other.outcome).state).toBe("FAILURE");
    const spared = attempt(busy, { policy: { autoretryFor: [Error], dontAutoretryFor: [Busy] } });
    expect((await spared.outcome).state).toBe("FAILURE");
  });
});

describe("a retry that cannot be", () => {
  it("is refused with every fault", async () => {
    const { outcome } = attempt((self) => self.retry({ countdown: -1, priority: 12 }));
    const [state, type, message] = errorOf(await outcome);
    expect([state, type]).toEqual(["FAILURE", "RefusedCall"]);
    expect(message).toContain("countdown: expected a number of seconds, 0 or more");
    expect(message).toContain("priority: expected a whole number from 0 to 9");
  });
});
