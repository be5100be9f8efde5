import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Celeriac } from "../../src/app/celeriac.ts";
import { SettledTasks } from "../../src/app/settled-tasks.ts";
import { readConfig } from "../../src/core/config.ts";
import { OPEN, problemOf, setup } from "./setup.ts";

const { config } = readConfig({ task_queues: ["media"], task_routes: { "video.*": { queue: "media", priority: 7 } }, task_time_limit: 60 });
const app = new Celeriac("tasks");
const numbers = z.tuple([z.number(), z.number()]);
app.task("tasks.add", (x, y) => x + y, { schema: numbers, parameters: ["x", "y"] });
app.task("video.cut", (at: number) => at, {
  rateLimit: "10/m",
  concurrency: 2,
  softTimeLimit: 20,
  timeLimit: 30,
  autoretryFor: [TypeError, "TimeoutError"],
  maxRetries: null,
  retryBackoff: 2,
  acksLate: false,
  uniqueFor: 60,
  expires: 90,
  trackStarted: true,
  typing: false,
});
const door = () => setup(OPEN, { registry: new SettledTasks(app, config), config: () => config });

describe("a task with a schema", () => {
  it("refuses over HTTP what the schema refuses, with every fault", async () => {
    const { post, broker } = door();
    const problem = await problemOf(await post("/v1/tasks/tasks.add", { args: ["2", 3], priority: 12 }));
    expect([problem.status, problem.type, problem.paths]).toEqual([422, "urn:celeriac:problem:bad-arguments", ["args[0]", "priority"]]);
    const named = await problemOf(await post("/v1/tasks/tasks.add", { args: [2], kwargs: { y: "3" } }));
    expect(named.paths).toEqual(["kwargs.y"]);
    expect(broker.submits).toEqual([]);
    expect((await post("/v1/tasks/tasks.add", { args: [2, 3] })).status).toBe(202);
  });

  it("refuses many at once, each by its place", async () => {
    const calls = [
      { task: "tasks.add", args: [1, 2] },
      { task: "tasks.add", args: [1, "2"] },
      { task: "tasks.add", args: [null, 1] },
    ];
    const problem = await problemOf(await door().post("/v1/tasks", calls));
    expect(problem.paths).toEqual(["[1].args[1]", "[2].args[0]"]);
  });
});

describe("GET /v1/tasks", () => {
  it("shows the schema as JSON Schema, and every option that is set, by the task or for it", async () => {
    const { tasks } = (await (await door().send("/v1/tasks")).json()) as { tasks: Record<string, unknown>[] };
    const [add, cut] = tasks;
    expect(add).toMatchObject({
      name: "tasks.add",
      schema: { args: { type: "array", prefixItems: [{ type: "number" }, { type: "number" }] } },
      queue: "celery",
      time_limit: 60,
    });
    expect(add).not.toHaveProperty("max_retries");
    expect(cut).toEqual({
      name: "video.cut",
      doc: null,
      parameters: null,
      schema: null,
      queue: "media",
      ignore_result: false,
      express: false,
      priority: 7,
      expires: 90,
      time_limit: 30,
      soft_time_limit: 20,
      rate_limit: "10/m",
      concurrency: 2,
      unique_for: 60,
      track_started: true,
      typing: false,
      autoretry_for: ["TypeError", "TimeoutError"],
      max_retries: null,
      retry_backoff: 2,
      acks_late: false,
    });
  });
});
