import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { get } from "node:http";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LogLevel, Miniflare, Log as MiniflareLog } from "miniflare";
import type { Log } from "../log.ts";
import type { Bundle } from "./bundle.ts";
import { miniflareOptions, PULSE } from "./miniflare-options.ts";
import type { RunnerOptions } from "./options.ts";
import { messageOf, RunnerError } from "./runner-error.ts";
import { startFailure } from "./start-failure.ts";
import { createLocator, type WorkerOutput } from "./worker-output.ts";
import type { WranglerConfig } from "./wrangler-config.ts";

/** The Worker of a configuration, running in workerd. */
export interface Instance {
  /** Where it answers, without a slash at the end. */
  url: string;
  /** Calls its `scheduled` handler and waits for it; what goes wrong is logged. */
  fire(cron: string, scheduledAt: number): Promise<void>;
  /** The names of its tasks; undefined when it does not tell. Any answer to this request shows that the server is up. */
  tasks(): Promise<string[] | undefined>;
  /** Settles when workerd has answered a request that nobody's code takes part in; rejects when it cannot be reached. */
  pulse(): Promise<void>;
}

/** What an instance is made from, and whom it tells. */
export interface InstanceParts {
  config: WranglerConfig;
  bundle: Bundle;
  options: RunnerOptions;
  output: WorkerOutput;
  log: Log;
  /** A workerd was started; again after each crash of one. */
  onWorkerd(pid: number): void;
  /** A crashed workerd was started again: what was in the local queues is lost. */
  onRestart(): Promise<void>;
  /** A crashed workerd could not be started again. */
  onLost(error: Error): void;
}

/** An instance on its way: `stop` may be called at any time, and more than once. */
export interface Starting {
  ready: Promise<Instance>;
  stop(): Promise<void>;
}

const ANSWER_PATIENCE = 10_000;
const STOP_PATIENCE = 2_000;

/** Starts the Worker. `ready` rejects with a RunnerError when it throws while it is loaded, or workerd does not come up. */
export function startInstance(parts: InstanceParts): Starting {
  const { config, bundle, options } = parts;
  const stopWatching = watchWorkerd(parts.onWorkerd);
  const miniflare = withoutSignalHandlers(
    () =>
      new Miniflare(
        miniflareOptions(config, bundle, options, {
          log: new QuietLog(parts),
          handleStructuredLogs: (entry) => parts.output.take(entry),
          unsafeHandleRuntimeRestart: () => parts.onRestart(),
        }),
      ),
  );
  let stopped: Promise<unknown> | undefined;

  async function begin(): Promise<Instance> {
    try {
      await miniflare.ready;
      const address = await miniflare.unsafeGetDirectURL(config.name);
      return describeInstance(miniflare, address.origin, parts);
    } catch (error) {
      throw startFailure(error, options.port, createLocator(bundle));
    }
  }

  return {
    ready: begin(),
    async stop() {
      // After a failed start `dispose` fails with the same error, which was told already.
      // What is not ended in time is killed as this process exits.
      stopped ??= Promise.race([miniflare.dispose().then(stopWatching, stopWatching), sleep(STOP_PATIENCE)]);
      await stopped;
    },
  };
}

function describeInstance(miniflare: Miniflare, url: string, parts: InstanceParts): Instance {
  return {
    url,
    async fire(cron, scheduledAt) {
      try {
        const worker = await miniflare.getWorker(parts.config.name);
        const { outcome } = await worker.scheduled({ cron, scheduledTime: new Date(scheduledAt) });
        if (outcome !== "ok") parts.log.error(`Cron Trigger "${cron}": the scheduled handler ended with "${outcome}".`);
      } catch (error) {
        parts.log.error(`Cron Trigger "${cron}" could not be fired: ${messageOf(error)}`);
      }
    },
    async tasks() {
      try {
        const answer = await fetch(`${url}/v1/tasks`, { signal: AbortSignal.timeout(ANSWER_PATIENCE) });
        const text = await answer.text();
        return answer.ok ? readTasks(text) : undefined;
      } catch (error) {
        throw new RunnerError(`the server on ${url} does not answer: ${messageOf(error)}`);
      }
    },
    async pulse() {
      const address = await miniflare.unsafeGetDirectURL(PULSE);
      // Not fetch, which gives up after a time of its own.
      await new Promise<void>((resolve, reject) => {
        get(address.href, { agent: false }, (answer) => answer.resume().once("end", resolve)).once("error", reject);
      });
    },
  };
}

function readTasks(text: string): string[] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const tasks: unknown = typeof body === "object" && body !== null && "tasks" in body ? body.tasks : undefined;
    if (!Array.isArray(tasks)) return undefined;
    const named: unknown[] = tasks;
    return named.flatMap((task) => (typeof task === "object" && task !== null && "name" in task ? [String(task.name)] : []));
  } catch {
    // Some other Worker than Celeriac's.
    return undefined;
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Miniflare ends the process by itself on a signal, with another exit code and before the lock is given free. */
function withoutSignalHandlers<T>(make: () => T): T {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const made = make();
  for (const [index, signal] of SIGNALS.entries()) {
    const added = process.listeners(signal).filter((listener) => before[index]?.includes(listener) !== true);
    for (const listener of added) process.off(signal, listener);
  }
  return made;
}

/** Miniflare does not tell the pid of its workerd, but Node tells of every process that it starts. */
function watchWorkerd(onWorkerd: (pid: number) => void): () => void {
  function onProcess(message: unknown): void {
    const child = (message as { process: ChildProcess }).process;
    child.once("spawn", () => {
      if (child.pid !== undefined && basename(child.spawnfile).startsWith("workerd")) onWorkerd(child.pid);
    });
  }
  subscribe("child_process", onProcess);
  return () => {
    unsubscribe("child_process", onProcess);
  };
}

/** Lets through what Miniflare says of crashes, in the runner's own format; the rest is noise. */
class QuietLog extends MiniflareLog {
  readonly #parts: InstanceParts;

  constructor(parts: InstanceParts) {
    super(LogLevel.WARN);
    this.#parts = parts;
  }

  protected override log(): void {}

  override warn(message: string): void {
    this.#parts.log.warning(message);
  }

  override error(error: Error): void {
    if ("code" in error && error.code === "ERR_RUNTIME_FAILURE") this.#parts.onLost(error);
    else this.#parts.log.error(messageOf(error));
  }
}
