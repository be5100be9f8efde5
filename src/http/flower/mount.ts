import type { Hono } from "hono";
import type { Env } from "../../env.ts";
import type { Access, Guard, HttpContext, HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { apply } from "./apply.ts";
import { asyncApply, sendTask } from "./async-apply.ts";
import { addConsumer, cancelConsumer } from "./consumers.ts";
import { newestTasks } from "./newest-tasks.ts";
import { refuseAutoscale, refuseProcess, refuseResize } from "./pool.ts";
import { queueLengths } from "./queue-lengths.ts";
import { rateLimit } from "./rate-limit.ts";
import { refusalAnswer } from "./refusal.ts";
import { abort, revoke } from "./revoke.ts";
import { taskInfo } from "./task-info.ts";
import { taskResult } from "./task-result.ts";
import { taskTypes } from "./task-types.ts";
import { tasks } from "./tasks.ts";
import { timeLimit } from "./time-limit.ts";
import { workers } from "./workers.ts";
import { mountWorkersPage } from "./workers-page.ts";

/** One route of Flower's API. */
export interface FlowerRoute {
  method: "GET" | "POST";
  path: string;
  access: Access;
  handle: RouteHandler;
}

/** Flower's routes, row by row as in src/FLOWER.md. A name in a path may hold slashes. */
export function flowerRoutes(parts: HttpParts): FlowerRoute[] {
  const { newest = newestTasks(parts.broker) } = parts;
  return [
    { method: "GET", path: "/api/tasks", access: "read", handle: tasks(newest) },
    { method: "POST", path: "/api/task/async-apply/:name{.+}", access: "submit", handle: asyncApply(parts) },
    { method: "POST", path: "/api/task/apply/:name{.+}", access: "submit", handle: apply(parts) },
    { method: "POST", path: "/api/task/send-task/:name{.+}", access: "submit", handle: sendTask(parts) },
    { method: "GET", path: "/api/task/result/:id{.+}", access: "read", handle: taskResult(parts) },
    { method: "GET", path: "/api/task/info/:id{.+}", access: "read", handle: taskInfo(parts) },
    { method: "GET", path: "/api/task/types", access: "read", handle: taskTypes(parts) },
    { method: "GET", path: "/api/queues/length", access: "read", handle: queueLengths(parts) },
    { method: "POST", path: "/api/task/revoke/:id{.+}", access: "control", handle: revoke(parts) },
    { method: "POST", path: "/api/task/abort/:id{.+}", access: "control", handle: abort(parts) },
    { method: "POST", path: "/api/task/rate-limit/:name{.+}", access: "control", handle: rateLimit(parts) },
    { method: "POST", path: "/api/task/timeout/:name{.+}", access: "control", handle: timeLimit(parts) },
    { method: "GET", path: "/api/workers", access: "read", handle: workers(parts) },
    { method: "POST", path: "/api/worker/shutdown/:worker{.+}", access: "control", handle: refuseProcess("shutdown") },
    { method: "POST", path: "/api/worker/pool/restart/:worker{.+}", access: "control", handle: refuseProcess("restart") },
    { method: "POST", path: "/api/worker/pool/grow/:worker{.+}", access: "control", handle: refuseResize("grow") },
    { method: "POST", path: "/api/worker/pool/shrink/:worker{.+}", access: "control", handle: refuseResize("shrink") },
    { method: "POST", path: "/api/worker/pool/autoscale/:worker{.+}", access: "control", handle: refuseAutoscale() },
    { method: "POST", path: "/api/worker/queue/add-consumer/:worker{.+}", access: "control", handle: addConsumer(parts) },
    { method: "POST", path: "/api/worker/queue/cancel-consumer/:worker{.+}", access: "control", handle: cancelConsumer(parts) },
  ];
}

/**
 * Mounts Flower's API. What is wrong with a request is answered as Flower does, in plain text. Another method is 405 with no text, HEAD among them;
 * OPTIONS is 204 and needs no key. Other paths under `/api` are not touched: they may be the user's own.
 */
export function mountFlower(http: Hono<{ Bindings: Env }>, parts: HttpParts, guarded: Guard): void {
  mountWorkersPage(http, parts, guarded);
  for (const { method, path, access, handle } of flowerRoutes(parts)) {
    http.on(method, path, guarded(access, notForHead(handle), refusalAnswer));
    http.all(path, guarded("public", otherMethod(method), refusalAnswer));
  }
}

/** Hono sends HEAD where GET goes. */
function notForHead(handle: RouteHandler): RouteHandler {
  return async (c, visitor) => (c.req.raw.method === "HEAD" ? refuseMethod(c, "GET") : handle(c, visitor));
}

function otherMethod(allowed: string): RouteHandler {
  return async (c) =>
    c.req.method === "OPTIONS" ? new Response(null, { status: 204, headers: { allow: allowed } }) : refuseMethod(c, allowed);
}

function refuseMethod(c: HttpContext, allowed: string): never {
  throw new Problem("method_not_allowed", `${c.req.path} takes ${allowed}, got ${c.req.method}.`, { headers: { allow: allowed } });
}
