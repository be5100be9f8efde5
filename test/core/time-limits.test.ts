import { describe, expect, it } from "vitest";
import { describeError, reviveError } from "../../src/core/error-document.ts";
import { SoftTimeLimitExceeded, TimeLimitExceeded } from "../../src/core/task-errors.ts";
import { deadlinesOf, findTimeLimitFaults, reachedLimit, timeLimitError, timeLimitLine, timeLimitsOf } from "../../src/core/time-limits.ts";

describe("time limits (CELERY.md 2.1, 5.8 H23 and H24)", () => {
  it("are each the call's, then the task's, then the configuration's, then none", () => {
    expect(timeLimitsOf({ soft: 20, hard: 30 }, { soft: 45, hard: 60 }, {})).toEqual({ soft: 20, hard: 30 });
    expect(timeLimitsOf({}, { soft: 45, hard: 60 }, { soft: 1, hard: 2 })).toEqual({ soft: 45, hard: 60 });
    expect(timeLimitsOf({ soft: null }, { hard: 60 }, { soft: 50, hard: 2 })).toEqual({ soft: 50, hard: 60 });
    expect(timeLimitsOf({}, {}, {})).toEqual({ soft: null, hard: null });
  });

  it("leave out a soft limit that could never be felt", () => {
    expect(timeLimitsOf({ hard: 10 }, { soft: 45 }, {})).toEqual({ soft: null, hard: 10 });
    expect(timeLimitsOf({ hard: 10 }, { soft: 10 }, {})).toEqual({ soft: 10, hard: 10 });
  });

  it("refuse at the call a soft limit above the hard one, whoever gave that", () => {
    const message = "soft_time_limit must be less than or equal to time_limit, got 2 and 1";
    expect(findTimeLimitFaults({ soft: 2, hard: 1 })).toEqual([{ path: "softTimeLimit", message }]);
    expect(findTimeLimitFaults({ soft: 2 }, { hard: 1 })).toEqual([{ path: "softTimeLimit", message }]);
    expect(findTimeLimitFaults({ soft: 2 }, {}, { hard: 1 })).toHaveLength(1);
    expect(findTimeLimitFaults({ soft: 1, hard: 1 })).toEqual([]);
    expect(findTimeLimitFaults({ soft: null })).toEqual([]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, "10", true, 1e9])("refuse %j", (value) => {
    const faults = findTimeLimitFaults({ soft: value, hard: value });
    expect(faults.map((fault) => fault.path)).toEqual(["softTimeLimit", "timeLimit"]);
    expect(faults[0]?.message).toContain("expected a number of seconds above 0");
  });

  it("fire so long after the start", () => {
    const deadlines = deadlinesOf({ soft: 1.5, hard: 2 }, 1_000);
    expect(deadlines).toEqual({ softAt: 2_500, hardAt: 3_000 });
    expect([2_499, 2_500, 2_999, 3_000, 9_000].map((now) => reachedLimit(deadlines, now))).toEqual([
      "none",
      "soft",
      "soft",
      "hard",
      "hard",
    ]);
  });

  it("never fire when there is none", () => {
    expect(reachedLimit(deadlinesOf({ soft: null, hard: null }, 0), 8.64e15)).toBe("none");
  });

  it("say what Celery says", () => {
    expect(timeLimitError("hard", 30)).toBeInstanceOf(TimeLimitExceeded);
    expect(timeLimitError("hard", 30).message).toBe("TimeLimitExceeded(30,)");
    expect(timeLimitError("soft", 20)).toBeInstanceOf(SoftTimeLimitExceeded);
    expect(timeLimitError("soft", 20).message).toBe("SoftTimeLimitExceeded()");
    expect(timeLimitLine("soft", 20, "tasks.add", "an-id")).toBe("Soft time limit (20s) exceeded for tasks.add[an-id]");
    expect(timeLimitLine("hard", 30, "tasks.add", "an-id")).toBe("Hard time limit (30s) exceeded for tasks.add[an-id]");
  });

  it("raise errors that come back over the wire as themselves", () => {
    const { document, traceback } = describeError(timeLimitError("hard", 30));
    expect(document).toMatchObject({ exc_type: "TimeLimitExceeded", exc_message: ["TimeLimitExceeded(30,)"] });
    expect(reviveError(document, traceback)).toBeInstanceOf(TimeLimitExceeded);
  });
});
