import { describe, expect, it } from "vitest";
import { defaultConfig, readConfig } from "../../src/core/config.ts";
import { ImproperlyConfigured } from "../../src/core/errors.ts";

/** The configuration of Celery's tutorial, key by key; its beat entries stand in tables of their own (schedule-entries.test.ts). */
const tutorial = {
  broker_url: "redis://localhost:6379/0",
  result_backend: "redis://localhost:6379/1",
  task_serializer: "json",
  result_serializer: "json",
  accept_content: ["json"],
  timezone: "Asia/Shanghai",
  enable_utc: true,
};

function refusal(value: unknown): string {
  try {
    readConfig(value);
  } catch (error) {
    if (error instanceof ImproperlyConfigured) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("readConfig", () => {
  it("answers the defaults when nothing is configured", () => {
    expect(readConfig(undefined)).toEqual({ config: defaultConfig, warnings: [] });
    expect(readConfig({})).toEqual({ config: defaultConfig, warnings: [] });
  });

  it("takes the whole configuration of Celery's tutorial, with one warning that says what replaces the broker and the backend", () => {
    const { config, warnings } = readConfig(tutorial);
    expect(config).toEqual({ ...defaultConfig, timezone: "Asia/Shanghai", enableUtc: true });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("broker_url (replaced by the Broker object");
    expect(warnings[0]).toContain("result_backend (replaced by the Broker object, which keeps results");
  });

  it("reads every setting it acts on", () => {
    const { config, warnings } = readConfig({
      timezone: "Europe/Berlin",
      enable_utc: "off",
      result_expires: 3600,
      task_track_started: true,
      task_default_queue: "main",
      task_queues: ["mail", { name: "video" }, "main"],
      worker_concurrency: 8,
      max_concurrency: 250,
      broker_backlog_limit: 5_000,
      worker_lost_wait: { minutes: 1 },
      worker_lost_limit: 1,
      broker_shards: 4,
      http_submit_rate_limit: "90/m",
      http_cors_origins: ["https://shop.example", "http://localhost:5173"],
      result_accept_content: ["application/json"],
    });
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      ...defaultConfig,
      timezone: "Europe/Berlin",
      enableUtc: false,
      resultExpires: 3600,
      taskTrackStarted: true,
      taskDefaultQueue: "main",
      taskQueues: ["main", "mail", "video"],
      workerConcurrency: 8,
      maxConcurrency: 250,
      brokerBacklogLimit: 5_000,
      workerLostWait: 60,
      workerLostLimit: 1,
      brokerShards: 4,
      httpSubmitRateLimit: 1.5,
      httpCorsOrigins: ["https://shop.example", "http://localhost:5173"],
    });
  });

  it("does not hand the defaults' own array out", () => {
    readConfig({}).config.taskQueues.push("mine");
    expect(readConfig({}).config.taskQueues).toEqual(["celery"]);
    expect(defaultConfig.taskQueues).toEqual(["celery"]);
  });

  it.each([
    [{ days: 1 }, 86_400],
    [{ hours: 1, minutes: 30 }, 5_400],
    [0.5, 0.5],
  ])("reads result_expires %j as %d seconds", (value, seconds) => {
    expect(readConfig({ result_expires: value }).config.resultExpires).toBe(seconds);
  });

  it.each([
    ["timezone", "Asia/Shangai"],
    ["timezone", "+08:00"],
    ["timezone", 8],
    ["enable_utc", "perhaps"],
    ["enable_utc", 1],
    ["result_expires", 0],
    ["result_expires", null],
    ["result_expires", "1 day"],
    ["result_expires", { day: 1 }],
    ["task_default_queue", ""],
    ["task_default_queue", "a\nb"],
    ["task_queues", "mail"],
    ["task_queues", [{ nam: "mail" }]],
    ["task_queues", [{ name: "mail", colour: "red" }]],
    ["worker_concurrency", 0],
    ["worker_concurrency", 2.5],
    ["worker_concurrency", "8"],
    ["max_concurrency", 251],
    ["worker_lost_wait", 0.9],
    ["worker_lost_wait", { hours: 1 }],
    ["worker_lost_wait", "15 s"],
    ["worker_lost_limit", 0],
    ["broker_shards", 0],
    ["broker_shards", 65],
    ["task_serializer", "pickle"],
    ["result_serializer", "yaml"],
    ["accept_content", "json"],
    ["accept_content", ["pickle"]],
    ["accept_content", []],
  ])("refuses %s = %j, naming key, expected and got", (key, value) => {
    expect(refusal({ [key]: value })).toMatch(new RegExp(`^\\[vars\\.celeryconfig\\]: ${key}: expected .+, got .+$`));
  });

  it("refuses what is no table", () => {
    expect(refusal("timezone = UTC")).toBe('[vars.celeryconfig]: expected a table of settings, got the string "timezone = UTC"');
    expect(refusal([])).toContain("got an array");
    expect(refusal(null)).toContain("got null");
  });

  it("refuses a key that nobody knows and names the nearest", () => {
    expect(refusal({ timezon: "UTC" })).toBe("[vars.celeryconfig]: timezon: unknown setting; did you mean 'timezone'?");
    expect(refusal({ favourite_colour: "red" })).toContain("it is none of Celery's");
    expect(refusal({ constructor: 1 })).toContain("constructor: unknown setting");
    expect(refusal(JSON.parse('{"__proto__": {"timezone": "UTC"}}'))).toContain("__proto__: unknown setting");
  });

  it.each([
    ["CELERY_TIMEZONE", "timezone"],
    ["CELERY_TASK_SERIALIZER", "task_serializer"],
    ["CELERY_DEFAULT_QUEUE", "task_default_queue"],
    ["CELERYD_CONCURRENCY", "worker_concurrency"],
    ["CELERY_TASK_RESULT_EXPIRES", "result_expires"],
    ["BROKER_URL", "broker_url"],
    ["CELERYBEAT_SCHEDULE", "beat_schedule"],
  ])("refuses %s and names its lower-case form", (key, name) => {
    expect(refusal({ [key]: "x" })).toContain(`settings are in lower case; did you mean '${name}'?`);
  });

  it("refuses beat_schedule in here and says where entries belong", () => {
    expect(refusal({ beat_schedule: {} })).toContain("write [vars.beat_schedule.<name>]");
  });

  it("tells all faults at once, on one line", () => {
    const message = refusal({ timezone: 8, worker_concurrency: 0, colour: "red" });
    expect(message).toMatch(/3 faults: \(1\) timezone: .+; \(2\) worker_concurrency: .+; \(3\) colour: /);
    expect(message).not.toContain("\n");
  });

  it("accepts the settings of backends and workers that do not exist here", () => {
    const { warnings } = readConfig({ redis_max_connections: 20, worker_prefetch_multiplier: 1, broker_transport_options: {} });
    expect(warnings).toHaveLength(1);
    for (const key of ["redis_max_connections", "worker_prefetch_multiplier", "broker_transport_options"]) {
      expect(warnings[0]).toContain(`${key} (replaced by `);
    }
  });

  it("warns of settings that are not supported yet", () => {
    expect(readConfig({ task_send_sent_event: true, result_extended: true }).warnings).toEqual([
      "[vars.celeryconfig]: not supported yet; ignored: task_send_sent_event, result_extended",
    ]);
  });

  it("warns of parts that mean nothing without AMQP, and of content that is not accepted", () => {
    const { config, warnings } = readConfig({ task_queues: [{ name: "mail", routing_key: "m.#" }], accept_content: ["json", "pickle"] });
    expect(config.taskQueues).toEqual(["celery", "mail"]);
    expect(warnings[0]).toContain("task_queues: routing_key ignored");
    expect(warnings[1]).toContain('only json is accepted here; ignored: the string "pickle"');
  });
});
