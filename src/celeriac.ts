/**
 * The public door: what a user's files import, and `deploy`, which puts the rooms together around an app.
 */
import { env, type WorkerEntrypoint } from "cloudflare:workers";
import type { Hono } from "hono";
import type { Celeriac } from "./app/celeriac.ts";
import { SettledTasks } from "./app/settled-tasks.ts";
import type { BeatApi } from "./beat/api.ts";
import { beatClass } from "./beat/beat.ts";
import { createScheduled } from "./beat/scheduled.ts";
import { wakeBeat } from "./beat/wake.ts";
import { type Broker, brokerClass } from "./broker/broker.ts";
import { brokerClient } from "./broker/client.ts";
import { eventSource } from "./broker/event-client.ts";
import { checkTransports } from "./broker/transports.ts";
import { systemClock } from "./clock.ts";
import { findStrayAnnotations } from "./core/annotations.ts";
import { readConfig } from "./core/config.ts";
import { checkRoutes } from "./core/read-routes.ts";
import { readEntries } from "./core/schedule/read-entries.ts";
import { whyNever } from "./core/schedule/schedule.ts";
import { overlay } from "./core/settings.ts";
import type { Env } from "./env.ts";
import { createHttp } from "./http/api.ts";
import { withFrontDoor } from "./http/dashboard.ts";
import { createLog } from "./log.ts";
import { createConsumer, type QueueHandler } from "./worker/consumer.ts";
import { expressClass } from "./worker/express.ts";

export * from "./app/door.ts";
export type { Env } from "./env.ts";

/** What a Worker script exports to be a deployment. */
export interface Deployment {
  /** The handlers: the script's default export. */
  worker: {
    fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response>;
    queue: QueueHandler;
    scheduled(controller: ScheduledController, env: Env, ctx: ExecutionContext): Promise<void>;
  };
  /** The HTTP API as a Hono app, to mount beside routes of one's own: `mine.route("/", deployment.http)`. */
  http: Hono<{ Bindings: Env }>;
  /** The Durable Object classes that `wrangler.toml` names. */
  Broker: typeof Broker;
  /** The express lane's entrypoint, which the broker reaches over `ctx.exports`; without it express tasks go by the queue. */
  Express: new (
    ctx: ExecutionContext,
    env: Env,
  ) => WorkerEntrypoint<Env>;
  Beat: new (ctx: DurableObjectState, env: Env) => Rpc.DurableObjectBranded & BeatApi;
}

/**
 * Makes a deployment of an app: its HTTP API, its consumer, its beat, its broker. Reads the configuration at once, so that
 * a wrong one is refused when the script is started or deployed, not when the first task needs it.
 * @throws ImproperlyConfigured naming every fault of `[vars.celeryconfig]` and `[vars.beat_schedule]`, and a task that cannot hold with them
 */
export function deploy(app: Celeriac): Deployment {
  const bindings = env as unknown as Env;
  const { config, warnings } = readConfig(overlay(app.conf, bindings.celeryconfig));
  checkRoutes(config);
  checkTransports(bindings, config);
  const clock = systemClock;
  // Stubs are made for each call, so one client serves all requests.
  const client = brokerClient(bindings, clock, config.brokerShards);
  const broker = () => client;
  const log = (env: Env, process = "celeriac") => createLog({ level: env.CELERIAC_LOCAL?.loglevel ?? "warning", process, clock });
  const registry = new SettledTasks(app, config);
  for (const { name, schedule } of readEntries(bindings, { tasks: registry, config, inCode: app.periodicTasks })) {
    // A clocked one that is past has run, most likely.
    const why = schedule.kind === "clocked" ? undefined : whyNever(schedule, clock.now());
    if (why !== undefined) warnings.push(`beat_schedule: the entry '${name}' can never fire: ${why}`);
  }
  warnings.push(...findStrayAnnotations(config.taskAnnotations, registry.names()));
  for (const warning of warnings) log(bindings).warning(warning);
  app.connect({ transport: client, config, clock, env: bindings });
  const parts = { registry, broker, config: () => config, clock };
  const events = (env: Env) => eventSource(env, config.brokerShards);
  // Which key did what is worth a line in a deployment too.
  const doorLog = createLog({ level: bindings.CELERIAC_LOCAL?.loglevel ?? "info", process: "http", clock });
  const http = createHttp({ ...parts, events, log: () => doorLog, wake: (env, ctx) => ctx.waitUntil(wakeBeat(env)) });
  return {
    worker: {
      fetch: withFrontDoor(http).fetch,
      queue: createConsumer({ ...parts, log, signals: app.signals }),
      scheduled: createScheduled({ broker, log }),
    },
    http,
    Broker: brokerClass(app.conf),
    Express: expressClass({ ...parts, log, signals: app.signals }),
    Beat: beatClass({ ...parts, inCode: app.periodicTasks, log: (env) => log(env, "beat") }),
  };
}
