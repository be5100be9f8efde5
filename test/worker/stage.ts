import type { TaskContext } from "../../src/app/context.ts";
import type { Signals } from "../../src/app/signals.ts";
import type { Bell, BrokerClient } from "../../src/broker/api.ts";
import { defaultConfig } from "../../src/core/config.ts";
import type { TaskRegistry } from "../../src/core/task-definition.ts";
import type { Env } from "../../src/env.ts";
import type { Log, LogLevel } from "../../src/log.ts";
import { ClaimLoop } from "../../src/worker/claim-loop.ts";
import { createConsumer } from "../../src/worker/consumer.ts";
import type { RunnableTask } from "../../src/worker/run-task.ts";

export type Handler = (context: TaskContext, ...args: unknown[]) => unknown;

/** Tasks by name, without the library's door: a handler is given the context and the positional arguments. */
export function aRegistry(handlers: Record<string, Handler | RunnableTask>): TaskRegistry<RunnableTask> {
  const tasks = new Map(
    Object.entries(handlers).map(([name, handler]) => [name, typeof handler === "function" ? aTask(name, handler) : handler]),
  );
  return { get: (name) => tasks.get(name), names: () => [...tasks.keys()] };
}

export function aTask(name: string, handler: Handler, definition: Partial<RunnableTask> = {}): RunnableTask {
  return { name, run: async (context, args) => handler(context, ...args), ...definition };
}

/** A log that keeps its lines, such as `INFO Task … received`. */
export function aLog(level: LogLevel = "debug"): Log & { lines: string[] } {
  const lines: string[] = [];
  const write = (label: string) => (message: string) => void lines.push(`${label} ${message}`);
  return { lines, level, debug: write("DEBUG"), info: write("INFO"), warning: write("WARNING"), error: write("ERROR") };
}

export const systemTime = { now: () => Date.now() };

/** A claim loop on a broker; the log is silent unless one is given. */
export function aLoop(
  broker: BrokerClient,
  handlers: Record<string, Handler | RunnableTask>,
  options: { concurrency?: number; log?: Log; env?: unknown } = {},
): ClaimLoop {
  return new ClaimLoop({
    registry: aRegistry(handlers),
    broker,
    clock: systemTime,
    log: options.log ?? aLog("error"),
    concurrency: options.concurrency ?? 100,
    bell: { queue: "celery", shard: 0 },
    consumer: "celeriac@test",
    env: options.env ?? {},
  });
}

/** Hands bells to a consumer, as the platform does; `returned` tells whether the handler's promise has settled. */
export function ring(
  broker: BrokerClient,
  handlers: Record<string, Handler | RunnableTask>,
  options: { bodies?: unknown[]; letGo?: boolean; log?: Log; config?: () => typeof defaultConfig; signals?: Signals } = {},
): { returned: () => boolean; handler: Promise<void>; background: Promise<unknown>[]; acked: () => boolean } {
  const consume = createConsumer({
    registry: aRegistry(handlers),
    broker: () => broker,
    config: options.config ?? (() => defaultConfig),
    clock: systemTime,
    log: () => options.log ?? aLog("error"),
    signals: options.signals,
  });
  const background: Promise<unknown>[] = [];
  let returned = false;
  let acked = false;
  const bodies = options.bodies ?? [{ queue: "celery", shard: 0 }];
  const batch = {
    queue: "celery",
    messages: bodies.map((body, index) => ({ id: String(index), timestamp: new Date(0), body, attempts: 1, ack() {}, retry() {} })),
    ackAll: () => {
      acked = true;
    },
    retryAll: () => {},
  } as unknown as MessageBatch<Bell>;
  const env = {
    CELERIAC_LOCAL: options.letGo === undefined ? undefined : { open: true, letGo: options.letGo, loglevel: "info" },
  } as unknown as Env;
  const ctx = { waitUntil: (promise: Promise<unknown>) => void background.push(promise) } as unknown as ExecutionContext;
  const handler = consume(batch, env, ctx).then(() => {
    returned = true;
  });
  return { returned: () => returned, handler, background, acked: () => acked };
}

/** A promise and its ends. */
export function aGate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** Lets everything run that needs no timer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await null;
}
