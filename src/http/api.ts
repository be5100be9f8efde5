import { Hono } from "hono";
import type { Env } from "../env.ts";
import { mountDashboard } from "./dashboard.ts";
import { mountFlower } from "./flower/mount.ts";
import { createGuard } from "./guard.ts";
import type { RouteAbout } from "./openapi/route-about.ts";
import type { Access, HttpParts, RouteHandler } from "./parts.ts";
import { Problem } from "./problem.ts";
import { eventToken, eventTokenAbout } from "./routes/event-token.ts";
import { forgetResult, forgetResultAbout } from "./routes/forget-result.ts";
import { healthcheck, healthcheckAbout } from "./routes/healthcheck.ts";
import {
  inspectActiveAbout,
  inspectConf,
  inspectConfAbout,
  inspectPing,
  inspectPingAbout,
  inspectRegistered,
  inspectRegisteredAbout,
  inspectReservedAbout,
  inspectRevoked,
  inspectRevokedAbout,
  inspectScheduledAbout,
  inspectTasks,
} from "./routes/inspect.ts";
import { inspectStats, inspectStatsAbout } from "./routes/inspect-stats.ts";
import { listQueues, listQueuesAbout } from "./routes/list-queues.ts";
import { listResults, listResultsAbout } from "./routes/list-results.ts";
import { listTasks, listTasksAbout } from "./routes/list-tasks.ts";
import { metrics, metricsAbout } from "./routes/metrics.ts";
import { pauseQueue, pauseQueueAbout, resumeQueueAbout } from "./routes/pause-queue.ts";
import { previewSchedule, previewScheduleAbout } from "./routes/preview-schedule.ts";
import { purgeQueue, purgeQueueAbout } from "./routes/purge-queue.ts";
import { rateLimit, rateLimitAbout } from "./routes/rate-limit.ts";
import { readDocs, readDocsAbout, readDocsScriptAbout, readDocsStyleAbout } from "./routes/read-docs.ts";
import { readEvents, readEventsAbout } from "./routes/read-events.ts";
import { readGroup, readGroupAbout } from "./routes/read-group.ts";
import { readJob, readJobAbout } from "./routes/read-job.ts";
import { readOpenapi, readOpenapiAbout } from "./routes/read-openapi.ts";
import { readResult, readResultAbout } from "./routes/read-result.ts";
import { readSeries, readSeriesAbout } from "./routes/read-series.ts";
import { readTree, readTreeAbout } from "./routes/read-tree.ts";
import { retryTask, retryTaskAbout } from "./routes/retry-task.ts";
import { revokeTask, revokeTaskAbout } from "./routes/revoke-task.ts";
import {
  deleteSchedule,
  deleteScheduleAbout,
  disableScheduleAbout,
  enableSchedule,
  enableScheduleAbout,
  listSchedules,
  listSchedulesAbout,
  putSchedule,
  putScheduleAbout,
  readSchedule,
  readScheduleAbout,
  runSchedule,
  runScheduleAbout,
} from "./routes/schedules.ts";
import { endSession, endSessionAbout, readSession, readSessionAbout, startSession, startSessionAbout } from "./routes/session.ts";
import { submitCanvas, submitCanvasAbout } from "./routes/submit-canvas.ts";
import { submitMany, submitManyAbout } from "./routes/submit-many.ts";
import { submitOne, submitOneAbout } from "./routes/submit-one.ts";
import { timeLimit, timeLimitAbout } from "./routes/time-limit.ts";
import { forgetWhereAbout, retryWhereAbout, revokeWhereAbout, workWhere } from "./routes/work-where.ts";

export type { HttpParts } from "./parts.ts";

/** One route: who may use it, what it does, and what `GET /openapi.json` tells of it. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  access: Access;
  handle: RouteHandler;
  about: RouteAbout;
}

/** The table of routes: all but Flower's (`flowerRoutes`). */
export function apiRoutes(parts: HttpParts): Route[] {
  const routes: Route[] = [
    { method: "POST", path: "/v1/tasks/:name", access: "submit", handle: submitOne(parts), about: submitOneAbout },
    { method: "POST", path: "/v1/tasks", access: "submit", handle: submitMany(parts), about: submitManyAbout },
    { method: "POST", path: "/v1/canvas", access: "submit", handle: submitCanvas(parts), about: submitCanvasAbout },
    { method: "GET", path: "/v1/groups/:id", access: "read", handle: readGroup(parts), about: readGroupAbout },
    { method: "GET", path: "/v1/results", access: "read", handle: listResults(parts), about: listResultsAbout },
    { method: "GET", path: "/v1/results/:id/tree", access: "read", handle: readTree(parts), about: readTreeAbout },
    { method: "GET", path: "/v1/results/:id", access: "read", handle: readResult(parts), about: readResultAbout },
    { method: "DELETE", path: "/v1/results/:id", access: "control", handle: forgetResult(parts), about: forgetResultAbout },
    { method: "POST", path: "/v1/results/:id/revoke", access: "control", handle: revokeTask(parts), about: revokeTaskAbout },
    { method: "POST", path: "/v1/results/revoke", access: "control", handle: workWhere(parts, "revoke"), about: revokeWhereAbout },
    { method: "POST", path: "/v1/results/retry", access: "control", handle: workWhere(parts, "retry"), about: retryWhereAbout },
    { method: "POST", path: "/v1/results/forget", access: "control", handle: workWhere(parts, "forget"), about: forgetWhereAbout },
    { method: "POST", path: "/v1/results/:id/retry", access: "control", handle: retryTask(parts), about: retryTaskAbout },
    { method: "GET", path: "/v1/jobs/:id", access: "read", handle: readJob(parts), about: readJobAbout },
    { method: "POST", path: "/v1/queues/:queue/purge", access: "control", handle: purgeQueue(parts), about: purgeQueueAbout },
    { method: "GET", path: "/v1/tasks", access: "read", handle: listTasks(parts), about: listTasksAbout },
    { method: "GET", path: "/v1/queues", access: "read", handle: listQueues(parts), about: listQueuesAbout },
    { method: "POST", path: "/v1/queues/:queue/pause", access: "control", handle: pauseQueue(parts, true), about: pauseQueueAbout },
    { method: "POST", path: "/v1/queues/:queue/resume", access: "control", handle: pauseQueue(parts, false), about: resumeQueueAbout },
    { method: "POST", path: "/v1/control/time_limit", access: "control", handle: timeLimit(parts), about: timeLimitAbout },
    { method: "POST", path: "/v1/control/rate_limit", access: "control", handle: rateLimit(parts), about: rateLimitAbout },
    { method: "GET", path: "/v1/inspect/active", access: "read", handle: inspectTasks(parts, "active"), about: inspectActiveAbout },
    { method: "GET", path: "/v1/inspect/reserved", access: "read", handle: inspectTasks(parts, "reserved"), about: inspectReservedAbout },
    {
      method: "GET",
      path: "/v1/inspect/scheduled",
      access: "read",
      handle: inspectTasks(parts, "scheduled"),
      about: inspectScheduledAbout,
    },
    { method: "GET", path: "/v1/inspect/revoked", access: "read", handle: inspectRevoked(parts), about: inspectRevokedAbout },
    { method: "GET", path: "/v1/inspect/registered", access: "read", handle: inspectRegistered(parts), about: inspectRegisteredAbout },
    { method: "GET", path: "/v1/inspect/conf", access: "read", handle: inspectConf(parts), about: inspectConfAbout },
    { method: "GET", path: "/v1/inspect/ping", access: "read", handle: inspectPing(parts), about: inspectPingAbout },
    { method: "GET", path: "/v1/inspect/stats", access: "read", handle: inspectStats(parts), about: inspectStatsAbout },
    { method: "GET", path: "/v1/series", access: "read", handle: readSeries(parts), about: readSeriesAbout },
    { method: "GET", path: "/v1/events", access: "read", handle: readEvents(parts), about: readEventsAbout },
    { method: "POST", path: "/v1/events/token", access: "read", handle: eventToken(parts), about: eventTokenAbout },
    { method: "GET", path: "/v1/schedules", access: "read", handle: listSchedules(), about: listSchedulesAbout },
    { method: "POST", path: "/v1/schedules/preview", access: "read", handle: previewSchedule(parts), about: previewScheduleAbout },
    { method: "GET", path: "/v1/schedules/:name", access: "read", handle: readSchedule(), about: readScheduleAbout },
    { method: "PUT", path: "/v1/schedules/:name", access: "control", handle: putSchedule(), about: putScheduleAbout },
    { method: "DELETE", path: "/v1/schedules/:name", access: "control", handle: deleteSchedule(), about: deleteScheduleAbout },
    { method: "POST", path: "/v1/schedules/:name/run", access: "control", handle: runSchedule(), about: runScheduleAbout },
    { method: "POST", path: "/v1/schedules/:name/enable", access: "control", handle: enableSchedule(true), about: enableScheduleAbout },
    { method: "POST", path: "/v1/schedules/:name/disable", access: "control", handle: enableSchedule(false), about: disableScheduleAbout },
    { method: "GET", path: "/v1/session", access: "any key", handle: readSession, about: readSessionAbout },
    { method: "POST", path: "/v1/session", access: "any key", handle: startSession(parts), about: startSessionAbout },
    { method: "DELETE", path: "/v1/session", access: "public", handle: endSession, about: endSessionAbout },
    { method: "GET", path: "/metrics", access: "read", handle: metrics(parts), about: metricsAbout },
    { method: "GET", path: "/healthcheck", access: "public", handle: healthcheck(parts), about: healthcheckAbout },
    { method: "GET", path: "/openapi.json", access: "public", handle: readOpenapi(() => routes), about: readOpenapiAbout },
    { method: "GET", path: "/docs", access: "public", handle: readDocs("page"), about: readDocsAbout },
    { method: "GET", path: "/docs/page.js", access: "public", handle: readDocs("script"), about: readDocsScriptAbout },
    { method: "GET", path: "/docs/page.css", access: "public", handle: readDocs("style"), about: readDocsStyleAbout },
  ];
  return routes;
}

/**
 * The HTTP door: a Hono app with `/v1/*`, Flower's `/api/*`, `/metrics`, `/healthcheck`, `/openapi.json` and `/docs`, to be served as it is or mounted beside routes of one's own
 * (`mine.route("/", http)`). It has neither middleware nor error handlers, so that the other routes keep theirs: every
 * route of its own checks host, key and origin, and answers its errors as problems (RFC 9457), itself.
 */
export function createHttp(parts: HttpParts): Hono<{ Bindings: Env }> {
  const http = new Hono<{ Bindings: Env }>();
  const routes = apiRoutes(parts);
  const guarded = createGuard(parts);
  for (const { method, path, access, handle } of routes) http.on(method, path, guarded(access, handle));
  // Paths without names first: what `/v1/results/revoke` takes is not for `/v1/results/:id` to say.
  const paths = [...new Set(routes.map((route) => route.path))].toSorted(
    (left, right) => Number(left.includes(":")) - Number(right.includes(":")),
  );
  for (const path of paths) {
    const here = routes.filter((route) => leadsTo(route.path, path));
    const open = here.every((route) => route.access === "public");
    http.all(path, guarded(open ? "public" : "any key", refuseMethod(here.map((route) => route.method))));
  }
  http.all("/v1/*", guarded("any key", refuseRoute));
  mountFlower(http, parts, guarded);
  mountDashboard(http, guarded);
  return http;
}

/** Whether a route's path is this one, or has a name where this one has a word. */
function leadsTo(path: string, other: string): boolean {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`).test(other);
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
