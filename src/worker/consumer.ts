import type { Signals } from "../app/signals.ts";
import type { Bell, BrokerClient } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { TaskRegistry } from "../core/task-definition.ts";
import type { Env } from "../env.ts";
import type { Log } from "../log.ts";
import { readBell } from "./bell.ts";
import { captureConsole } from "./captured-console.ts";
import { ClaimLoop } from "./claim-loop.ts";
import type { RunnableTask } from "./run-task.ts";

/** What a consumer is made from. */
export interface ConsumerParts {
  registry: TaskRegistry<RunnableTask>;
  broker: (env: Env) => BrokerClient;
  config: (env: Env) => Config;
  clock: Clock;
  /** The log of one consumer, whose name is `process`; without it that of the handler itself. */
  log: (env: Env, process?: string) => Log;
  /** Default: nobody listens. */
  signals?: Signals;
}

/** The Worker script's `queue` handler. */
export type QueueHandler = (batch: MessageBatch<Bell>, env: Env, ctx: ExecutionContext) => Promise<void>;

/**
 * Makes the `queue` handler: for each bell of the batch (equal ones count once) it claims tasks and runs them.
 *
 * It never throws and acknowledges every message: a bell is only a bell, and the broker rings again. In production it stays
 * pending until the last task it holds has ended: only then the tasks have the handler's 15 minutes. In the local runner
 * (`CELERIAC_LOCAL.letGo`) it returns at once and the tasks run on under `ctx.waitUntil`. Making it also wraps the global
 * console, so that what a task prints carries its name and id.
 */
export function createConsumer(parts: ConsumerParts): QueueHandler {
  captureConsole(console);
  return async (batch, env, ctx) => {
    batch.ackAll();
    const loops = startLoops(parts, batch, env);
    if (env.CELERIAC_LOCAL?.letGo === true) ctx.waitUntil(loops);
    else await loops;
  };
}

async function startLoops(parts: ConsumerParts, batch: MessageBatch<Bell>, env: Env): Promise<void> {
  let log: Log | undefined;
  try {
    log = parts.log(env);
    const { registry, clock, signals } = parts;
    const broker = parts.broker(env);
    const config = parts.config(env);
    const { workerConcurrency: concurrency } = config;
    const loops = readBells(batch, log).map((bell) => {
      const consumer = nameConsumer();
      const about = { bell, consumer, env, log: parts.log(env, consumer) };
      const loop = new ClaimLoop({ registry, broker, clock, signals, concurrency, config, ...about });
      return work(loop, consumer, bell.queue, about.log, signals);
    });
    await Promise.all(loops);
  } catch (error) {
    const text = `the consumer could not start: ${error instanceof Error ? error.message : String(error)}`;
    if (log === undefined) console.error(text);
    else log.error(text);
  }
}

/** Works a loop off, and tells who listens when it begins and when it has ended. */
async function work(loop: ClaimLoop, sender: string, queue: string, log: Log, signals: Signals | undefined): Promise<void> {
  const failed = (error: unknown) => log.error(`${sender}: a receiver of a worker's signal failed: ${String(error)}`);
  if (signals?.has("worker_ready") === true) await signals.send("worker_ready", { sender, queue }, failed);
  await loop.work();
  if (signals?.has("worker_shutdown") === true) await signals.send("worker_shutdown", { sender, queue }, failed);
}

function readBells(batch: MessageBatch<unknown>, log: Log): Bell[] {
  const bells = new Map<string, Bell>();
  for (const message of batch.messages) {
    const bell = readBell(message.body);
    if (bell === undefined) log.warning(`a message on ${batch.queue} is no bell (expected {"queue", "shard"}): it is dropped`);
    else bells.set(`${bell.shard} ${bell.queue}`, bell);
  }
  return [...bells.values()];
}

/** As Celery names a worker: the app's name, `@`, and what tells it from others. */
function nameConsumer(): string {
  return `celeriac@${crypto.randomUUID().slice(0, 8)}`;
}
