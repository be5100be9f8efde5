import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/core/config.ts";
import { defaultRetryPolicy } from "../../src/core/retry.ts";
import { settleTask } from "../../src/core/settled-task.ts";

const configOf = (table: unknown) => readConfig(table).config;

describe("a settled task", () => {
  it("holds Celery's and our defaults where nobody says anything", () => {
    expect(settleTask({ name: "t" }, configOf({}))).toEqual({
      ignoreResult: false,
      storeErrorsEvenIfIgnored: false,
      trackStarted: false,
      timeLimit: null,
      softTimeLimit: null,
      perSecond: null,
      retry: defaultRetryPolicy,
      acks: { acksLate: true, rejectOnWorkerLost: true, acksOnFailure: true, acksOnTimeout: true },
    });
  });

  it("takes from the settings what the task leaves open, also half of its acknowledgement", () => {
    const config = configOf({
      task_ignore_result: true,
      task_time_limit: 30,
      task_soft_time_limit: 20,
      task_default_rate_limit: "6/m",
      task_acks_on_failure: false,
    });
    const own = { name: "t", timeLimit: null, perSecond: 5, ownAcks: { acksLate: false } };
    expect(settleTask(own, config)).toMatchObject({
      ignoreResult: true,
      timeLimit: null,
      softTimeLimit: 20,
      perSecond: 5,
      acks: { acksLate: false, acksOnFailure: false },
    });
    expect(settleTask({ name: "u" }, config)).toMatchObject({ timeLimit: 30, perSecond: 0.1, acks: { acksLate: true } });
  });

  it("is changed by task_annotations, option by option", () => {
    const task_annotations = { "*": { max_retries: 7, priority: 2 }, t: { rate_limit: "10/s", priority: 4, acks_late: false } };
    const retry = { ...defaultRetryPolicy, retryBackoff: 2 };
    const settled = settleTask({ name: "t", retry, priority: 9, perSecond: 1 }, configOf({ task_annotations }));
    expect(settled).toMatchObject({ perSecond: 10, priority: 4, retry: { maxRetries: 7, retryBackoff: 2 }, acks: { acksLate: false } });
    expect(settleTask({ name: "u", priority: 9 }, configOf({ task_annotations }))).toMatchObject({ priority: 2, perSecond: null });
  });

  it("has no rate limit when workers are to know none", () => {
    expect(settleTask({ name: "t", perSecond: 5 }, configOf({ worker_disable_rate_limits: true })).perSecond).toBeNull();
  });

  it("cannot be when task and configuration contradict each other, and says how", () => {
    const config = configOf({ task_time_limit: 30 });
    expect(() => settleTask({ name: "t", softTimeLimit: 60, queue: "mial" }, config)).toThrow(
      "task 't', with what [vars.celeryconfig] says of it: soft_time_limit must be less than or equal to time_limit, got 60 and 30; " +
        "queue: no queue is named 'mial'",
    );
  });
});

describe("task_annotations", () => {
  it("are refused with what they may not hold, naming setting, task and option", () => {
    const read = () => readConfig({ task_annotations: { "tasks.add": { rate_limit: "10/d", max_retries: -1 }, "*": { acks_late: 1 } } });
    expect(read).toThrow('task_annotations["tasks.add"].rate_limit: expected a rate such as "10/s"');
    expect(read).toThrow('task_annotations["tasks.add"].max_retries: expected a whole number, 0 or more');
    expect(read).toThrow('task_annotations["*"].acks_late: expected true or false, got the number 1');
  });
});
