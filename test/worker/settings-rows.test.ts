/** Settings of `[vars.celeryconfig]` that a running task feels (CELERY.md 1.3): each as the task is settled by it. */
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/core/config.ts";
import { settleTask } from "../../src/core/settled-task.ts";
import { attempt, errorOf } from "./attempt-stage.ts";
import type { Handler } from "./stage.ts";

const settledBy = (settings: Record<string, unknown>) => settleTask({ name: "tasks.it" }, readConfig(settings).config);
const never: Handler = () => new Promise(() => {});
const fails: Handler = () => {
  throw new Error("no");
};

describe("a task that says nothing itself", () => {
  it("has task_time_limit and task_soft_time_limit", async () => {
    const { outcome, time, log } = attempt(never, { definition: settledBy({ task_time_limit: 30, task_soft_time_limit: 20 }) });
    await time.advance(30);
    expect(errorOf(await outcome)).toEqual(["FAILURE", "TimeLimitExceeded", "TimeLimitExceeded(30,)"]);
    expect(log.lines[1]).toContain("Soft time limit (20s) exceeded");
  });

  it.each(["task_acks_on_timeout", "task_acks_on_failure_or_timeout"])("is granted again after a timeout with %s false", async (key) => {
    const { outcome, time } = attempt(never, { definition: settledBy({ task_time_limit: 30, [key]: false }) });
    await time.advance(30);
    expect((await outcome).state).toBe("REJECTED");
  });

  it("is not run again after a failure with task_acks_on_failure false", async () => {
    expect((await attempt(fails, { definition: settledBy({ task_acks_on_failure: false }) }).outcome).state).toBe("FAILURE");
  });

  it("drops what it returns with task_ignore_result, and its errors unless task_store_errors_even_if_ignored", async () => {
    const dropped = settledBy({ task_ignore_result: true });
    expect((await attempt(() => 5, { definition: dropped }).outcome).result).toBe("null");
    expect((await attempt(fails, { definition: dropped }).outcome).result).toBe("null");
    const stored = settledBy({ task_ignore_result: true, task_store_errors_even_if_ignored: true });
    expect(errorOf(await attempt(fails, { definition: stored }).outcome)).toEqual(["FAILURE", "Error", "no"]);
  });
});
