import type { Context } from "hono";
import type { BrokerClient, EventSource } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { TaskRecord } from "../core/result.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { Env } from "../env.ts";
import type { Log } from "../log.ts";
import type { Visitor } from "./doorkeeper.ts";
import type { Scope } from "./keys.ts";
import type { Problem } from "./problem.ts";

/** What the HTTP door is made of. `broker` and `config` are asked once a request: keep what is costly to make. */
export interface HttpParts {
  registry: TaskRegistry<TaskDefinition>;
  broker: (env: Env) => BrokerClient;
  config: (env: Env) => Config;
  clock: Clock;
  /** Where `GET /v1/events` is from. */
  events: (env: Env) => EventSource;
  /** Where requests are noted by the name of their key. Default: nowhere. */
  log?: () => Log;
  /** Where Flower's list of tasks is from. Default: the broker's list. */
  newest?: NewestTasks;
  /** Called on the first request that this isolate gets: wakes beat. Must not throw; work goes to `ctx.waitUntil`. */
  wake?: (env: Env, ctx: ExecutionContext) => void;
}

/** Gives the newest tasks, at most so many, and tells whether there are older ones. */
export type NewestTasks = (env: Env, most: number) => Promise<{ records: readonly TaskRecord[]; more: boolean }>;

/** A request of Hono's, in this Worker script. */
export type HttpContext = Context<{ Bindings: Env }>;

/** What a route does for a visitor who was let in. It may throw a `Problem`. */
export type RouteHandler = (c: HttpContext, visitor: Visitor) => Promise<Response>;

/** Who may use a route: holders of a key with that scope, of any key, or everybody. */
export type Access = Scope | "any key" | "public";

/** Makes of a route what Hono calls: it lets in whom `access` names, and answers whatever is thrown; by default as `Problem.toResponse` does. */
export type Guard = (
  access: Access,
  handle: RouteHandler,
  answerOf?: (problem: Problem, c: HttpContext) => Response,
) => (c: HttpContext) => Promise<Response>;
