import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { readConfig } from "../../src/core/config.ts";
import { ImproperlyConfigured } from "../../src/core/errors.ts";
import { checkRoutes } from "../../src/core/read-routes.ts";
import { destinationOf } from "../../src/core/routing.ts";
import type { Settings } from "../../src/core/settings.ts";
import { checkSettings, overlay } from "../../src/core/settings.ts";

const merged = (settings: Settings, vars?: unknown) => readConfig(overlay(settings, vars)).config;
const faultOf = (settings: unknown) => () => checkSettings(settings, "new Celeriac");

describe("settings in code", () => {
  it("mean what they mean in [vars.celeryconfig], routers in code too", () => {
    const config = merged({
      resultExpires: 60,
      taskQueues: ["feeds", { name: "mail", binding: "MAIL" }],
      taskRoutes: [(name) => (name.startsWith("feed.") ? "feeds" : null), [[/mail\.(one|two)/, { queue: "mail", priority: 7 }]]],
      taskDefaultRateLimit: "6/m",
    });
    expect(config).toMatchObject({ resultExpires: 60, taskDefaultRateLimit: 0.1, queueBindings: { mail: "MAIL" } });
    const where = (name: string) => destinationOf({ name, args: [], kwargs: {}, options: {} }, config);
    expect([where("feed.import"), where("mail.two"), where("x")]).toEqual([
      { queue: "feeds", priority: 0 },
      { queue: "mail", priority: 7 },
      { queue: "celery", priority: 0 },
    ]);
  });

  it("annotate tasks by the options' names in code", () => {
    const annotation = { task: "t", options: { rateLimit: "10/s", maxRetries: 1 } };
    expect(merged({ taskAnnotations: { t: { rateLimit: "10/s", maxRetries: 1 } } }).taskAnnotations).toEqual([annotation]);
    expect(merged({ taskAnnotations: [{ t: { rateLimit: "10/s", maxRetries: 1 } }] }).taskAnnotations).toEqual([annotation]);
  });

  it("give way to [vars.celeryconfig], setting by setting", () => {
    const code: Settings = { resultExpires: 60, taskTrackStarted: true, taskQueues: ["mail"], taskTimeLimit: undefined };
    expect(merged(code, { result_expires: 90, task_queues: ["feeds"] })).toMatchObject({
      resultExpires: 90,
      taskTrackStarted: true,
      taskQueues: ["celery", "feeds"],
    });
    expect(() => merged(code, "text")).toThrow("[vars.celeryconfig]: expected a table of settings");
  });

  it("are refused where the app is made, with every fault, by their names in code", () => {
    const wrong = {
      resultExpire: 1,
      result_expires: 1,
      taskTimeLimit: -1,
      taskRoutes: { a: 3 },
      taskAnnotations: { t: { rateLimit: "x" } },
    };
    expect(() => new Celeriac("tasks", wrong as never)).toThrow(ImproperlyConfigured);
    expect(faultOf(wrong)).toThrow("resultExpire: unknown setting; did you mean 'resultExpires'?");
    expect(faultOf(wrong)).toThrow("result_expires: unknown setting; did you mean 'resultExpires'?");
    expect(faultOf(wrong)).toThrow("taskTimeLimit: expected a number of seconds above 0");
    expect(faultOf(wrong)).toThrow("taskRoutes.a: expected the name of a queue");
    expect(faultOf(wrong)).toThrow("taskAnnotations.t.rate_limit: expected a rate");
    expect(faultOf([])).toThrow("new Celeriac: expected an object of settings, got an array");
  });
});

describe("routes to queues that there are not", () => {
  it("are refused when the script starts, unless missing queues are created", () => {
    const taskRoutes = { a: "mial", b: "mail" };
    expect(() => checkRoutes(merged({ taskRoutes, taskQueues: ["mail"] }))).toThrow(
      "[vars.celeryconfig]: task_routes: no queue is named 'mial'; did you mean 'mail'?",
    );
    expect(checkRoutes(merged({ taskRoutes, taskCreateMissingQueues: true }))).toBeUndefined();
  });
});
