import { Hono } from "hono";
import type { Env } from "../env.ts";
import { discardBody } from "./body.ts";
import { admit, checkHost, requireScope, type Visitor } from "./doorkeeper.ts";
import { mountFlower } from "./flower/mount.ts";
import type { Scope } from "./keys.ts";
import type { Access, Guard, HttpContext, HttpParts, RouteHandler } from "./parts.ts";
import { Problem, toProblem } from "./problem.ts";
import { forgetResult } from "./routes/forget-result.ts";
import { healthcheck } from "./routes/healthcheck.ts";
import { inspectStats } from "./routes/inspect-stats.ts";
import { listQueues } from "./routes/list-queues.ts";
import { listTasks } from "./routes/list-tasks.ts";
import { metrics } from "./routes/metrics.ts";
import { pauseQueue } from "./routes/pause-queue.ts";
import { previewSchedule } from "./routes/preview-schedule.ts";
import { purgeQueue } from "./routes/purge-queue.ts";
import { rateLimit } from "./routes/rate-limit.ts";
import { readResult } from "./routes/read-result.ts";
import { revokeTask } from "./routes/revoke-task.ts";
import { revokeWhere } from "./routes/revoke-where.ts";
import { deleteSchedule, enableSchedule, listSchedules, putSchedule, readSchedule, runSchedule } from "./routes/schedules.ts";
import { submitMany } from "./routes/submit-many.ts";
import { submitOne } from "./routes/submit-one.ts";

export type { HttpParts } from "./parts.ts";

interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  access: Access;
  handle: RouteHandler;
}

const STRANGER: Visitor = { scopes: new Set() };

/**
 * The HTTP door: a Hono app with `/v1/*`, Flower's `/api/*`, `/metrics` and `/healthcheck`, to be served as it is or mounted beside routes of one's own
 * (`mine.route("/", http)`). It has neither middleware nor error handlers, so that the other routes keep theirs: every
 * route of its own checks host, key and origin, and answers its errors as problems (RFC 9457), itself.
 */
export function createHttp(parts: HttpParts): Hono<{ Bindings: Env }> {
  const http = new Hono<{ Bindings: Env }>();
  const routes: Route[] = [
    { method: "POST", path: "/v1/tasks/:name", access: "submit", handle: submitOne(parts) },
    { method: "POST", path: "/v1/tasks", access: "submit", handle: submitMany(parts) },
    { method: "GET", path: "/v1/results/:id", access: "read", handle: readResult(parts) },
    { method: "DELETE", path: "/v1/results/:id", access: "control", handle: forgetResult(parts) },
    { method: "POST", path: "/v1/results/:id/revoke", access: "control", handle: revokeTask(parts) },
    { method: "POST", path: "/v1/results/revoke", access: "control", handle: revokeWhere(parts) },
    { method: "POST", path: "/v1/queues/:queue/purge", access: "control", handle: purgeQueue(parts) },
    { method: "GET", path: "/v1/tasks", access: "read", handle: listTasks(parts) },
    { method: "GET", path: "/v1/queues", access: "read", handle: listQueues(parts) },
    { method: "POST", path: "/v1/queues/:queue/pause", access: "control", handle: pauseQueue(parts, true) },
    { method: "POST", path: "/v1/queues/:queue/resume", access: "control", handle: pauseQueue(parts, false) },
    { method: "POST", path: "/v1/control/rate_limit", access: "control", handle: rateLimit(parts) },
    { method: "GET", path: "/v1/inspect/stats", access: "read", handle: inspectStats(parts) },
    { method: "GET", path: "/v1/schedules", access: "read", handle: listSchedules() },
    { method: "POST", path: "/v1/schedules/preview", access: "read", handle: previewSchedule(parts) },
    { method: "GET", path: "/v1/schedules/:name", access: "read", handle: readSchedule() },
    { method: "PUT", path: "/v1/schedules/:name", access: "control", handle: putSchedule() },
    { method: "DELETE", path: "/v1/schedules/:name", access: "control", handle: deleteSchedule() },
    { method: "POST", path: "/v1/schedules/:name/run", access: "control", handle: runSchedule() },
    { method: "POST", path: "/v1/schedules/:name/enable", access: "control", handle: enableSchedule(true) },
    { method: "POST", path: "/v1/schedules/:name/disable", access: "control", handle: enableSchedule(false) },
    { method: "GET", path: "/metrics", access: "read", handle: metrics(parts) },
    { method: "GET", path: "/healthcheck", access: "public", handle: healthcheck(parts) },
  ];
  const guarded = createGuard(parts);
  for (const { method, path, access, handle } of routes) http.on(method, path, guarded(access, handle));
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const open = here.every((route) => route.access === "public");
    http.all(path, guarded(open ? "public" : "any key", refuseMethod(here.map((route) => route.method))));
  }
  http.all("/v1/*", guarded("any key", refuseRoute));
  mountFlower(http, parts, guarded);
  return http;
}

/** Makes the wrapper that every route stands behind. */
function createGuard(parts: HttpParts): Guard {
  let awake = parts.wake === undefined;
  return (access, handle, answerOf = (problem) => problem.toResponse()) =>
    async (c) => {
      try {
        if (!awake) {
          awake = true;
          // The same object; Hono's type of it lags behind the platform's.
          parts.wake?.(c.env, c.executionCtx as ExecutionContext);
        }
        return await handle(c, await letIn(c, access));
      } catch (error) {
        await discardBody(c.req.raw);
        return answerOf(toProblem(error), c);
      }
    };
}

function letIn(c: HttpContext, access: Access): Visitor | Promise<Visitor> {
  const request = c.req.raw;
  if (access === "public") {
    checkHost(request, c.env);
    return STRANGER;
  }
  const visitor = admit(request, c.env);
  if (access === "any key") return visitor;
  return visitor instanceof Promise ? visitor.then((known) => checkScope(known, access)) : checkScope(visitor, access);
}

function checkScope(visitor: Visitor, scope: Scope): Visitor {
  requireScope(visitor, scope, scope === "submit" ? "Submitting tasks" : "This route");
  return visitor;
}

function refuseMethod(methods: readonly string[]): RouteHandler {
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return async (c) => {
    throw new Problem("method_not_allowed", `${c.req.path} takes ${allow}, got ${c.req.method}.`, { headers: { allow } });
  };
}

const refuseRoute: RouteHandler = async (c) => {
  throw new Problem(
    "not_found",
    `${c.req.method} ${c.req.path} is no route of this version. Submit to /v1/tasks/{name}, read /v1/results/{task_id}.`,
  );
};
