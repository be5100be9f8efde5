import { describe, expect, it } from "vitest";
import { replacementOf } from "../../src/core/celery-settings.ts";
import { readConfig } from "../../src/core/config.ts";
import { globToRegExp } from "../../src/core/glob.ts";
import { destinationOf } from "../../src/core/routing.ts";
import { defaultTaskSettings, readTaskSettings, taskSettingKeys } from "../../src/core/task-settings.ts";

describe("the settings of tasks", () => {
  it("are their defaults where nothing is given", () => {
    expect(readTaskSettings({ timezone: "UTC" })).toEqual({ settings: defaultTaskSettings, faults: [], warnings: [] });
  });

  it("are read, each of them", () => {
    const given = {
      task_ignore_result: "yes",
      task_store_errors_even_if_ignored: true,
      task_time_limit: 30,
      task_soft_time_limit: 20.5,
      task_acks_late: "off",
      task_reject_on_worker_lost: false,
      task_acks_on_failure_or_timeout: false,
      task_acks_on_timeout: true,
      task_default_rate_limit: "120/m",
      worker_disable_rate_limits: true,
      task_always_eager: true,
      task_eager_propagates: true,
      task_create_missing_queues: true,
      task_default_priority: 3,
      task_queue_max_priority: 5,
      task_inherit_parent_priority: true,
      task_allow_error_cb_on_chord_header: true,
      task_routes: { "feed.*": "feeds" },
      task_annotations: { "*": { time_limit: 3 } },
      priority_ageing: 0,
    };
    const { settings, faults, warnings } = readTaskSettings(given);
    expect([faults, warnings]).toEqual([[], []]);
    expect(settings).toEqual({
      taskIgnoreResult: true,
      taskStoreErrorsEvenIfIgnored: true,
      taskTimeLimit: 30,
      taskSoftTimeLimit: 20.5,
      taskAcksLate: false,
      taskRejectOnWorkerLost: false,
      taskAcksOnFailure: false,
      taskAcksOnTimeout: true,
      taskDefaultRateLimit: 2,
      workerDisableRateLimits: true,
      taskAlwaysEager: true,
      taskEagerPropagates: true,
      taskCreateMissingQueues: true,
      taskDefaultPriority: 3,
      taskQueueMaxPriority: 5,
      taskInheritParentPriority: true,
      taskAllowErrorCbOnChordHeader: true,
      taskRoutes: [{ exact: new Map(), patterns: [{ pattern: globToRegExp("feed.*"), route: { queue: "feeds" } }] }],
      taskAnnotations: [{ task: "*", options: { timeLimit: 3 } }],
      priorityAgeing: null,
    });
    expect([...taskSettingKeys].filter((key) => !(key in given))).toEqual(["task_acks_on_failure"]);
  });

  it.each([
    ["task_time_limit", 0],
    ["task_soft_time_limit", "20"],
    ["task_default_rate_limit", "10/d"],
    ["task_default_priority", 10],
    ["task_queue_max_priority", 255],
    ["task_always_eager", 1],
    ["task_acks_on_failure_or_timeout", "perhaps"],
    ["priority_ageing", -1],
  ])("refuse %s = %j, naming key, expected and got", (key, value) => {
    expect(() => readConfig({ [key]: value })).toThrow(new RegExp(`^\\[vars\\.celeryconfig\\]: ${key}: expected .+, got .+$`));
  });

  it("refuse a soft limit above the hard one", () => {
    expect(() => readConfig({ task_time_limit: 10, task_soft_time_limit: 11 })).toThrow(
      "task_soft_time_limit: expected at most task_time_limit, which is 10, got 11",
    );
  });

  it("take null in code for none", () => {
    const none = { task_time_limit: null, task_default_rate_limit: null, task_default_priority: null, task_routes: null };
    expect(readTaskSettings(none)).toMatchObject({ settings: defaultTaskSettings, faults: [] });
  });

  it("tell what of a route means nothing here, and where a fault is", () => {
    expect(readConfig({ task_queues: ["mail"], task_routes: { a: { queue: "mail", exchange: "x" } } }).warnings[0]).toBe(
      "[vars.celeryconfig] task_routes: exchange ignored: there is no AMQP here; a queue is known by its name alone",
    );
    expect(() => readConfig({ task_routes: { a: 3 } })).toThrow("task_routes.a: expected the name of a queue");
  });

  it("make a whole configuration one that calls can be routed by", () => {
    const { config } = readConfig({
      task_queues: ["feeds"],
      task_routes: { "feed.*": { queue: "feeds", priority: 7 } },
      task_queue_max_priority: 5,
    });
    expect(destinationOf({ name: "feed.import", args: [], kwargs: {}, options: {} }, config)).toEqual({ queue: "feeds", priority: 5 });
  });

  it("are none of those that are said not to apply", () => {
    expect([...taskSettingKeys].filter((key) => replacementOf(key) !== undefined)).toEqual([]);
  });
});
