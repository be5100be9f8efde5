import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../clock.ts";
import { type Config, readConfig } from "../core/config.ts";
import { createLog, type Log } from "../log.ts";
import { renderBanner } from "./banner.ts";
import { runBuildCommand } from "./build-command.ts";
import { bundleWorker } from "./bundle.ts";
import { type CronTrigger, readCronTrigger } from "./cron-trigger.ts";
import { startInstance } from "./instance.ts";
import type { RunnerOptions } from "./options.ts";
import { probePort } from "./port-probe.ts";
import { endProcess, markProcess } from "./process-table.ts";
import { messageOf, RunnerError } from "./runner-error.ts";
import { lockState, type StateLock } from "./state-lock.ts";
import { createTicker } from "./ticker.ts";
import { unboundEntries } from "./unbound-entries.ts";
import { VERSION } from "./version.ts";
import { watch } from "./watchdog.ts";
import { createWorkerOutput } from "./worker-output.ts";
import { readWranglerConfig, shownPath, type WranglerConfig } from "./wrangler-config.ts";

/** How a run meets the world. */
export interface RunSetting {
  /** Writes to the terminal: the banner, and what the Worker prints. */
  print(text: string): void;
  /** Aborted when the run is to end. */
  signal: AbortSignal;
  /** Told of each workerd that is started. */
  onWorkerd(pid: number): void;
}

/** What a run holds: things to close, the last one first. */
interface Held extends RunSetting {
  log: Log;
  lock: StateLock;
  closing: (() => Promise<void> | void)[];
}

const FIRST_TICK_PATIENCE = 10_000;
/** The CPU time that the platform gives an invocation when `[limits] cpu_ms` says nothing. */
const CPU_MILLISECONDS = 30_000;
/** However short the limit is: a busy machine must not look like a busy task. */
const SHORTEST_CPU_MILLISECONDS = 1_000;

/**
 * Runs the Worker of a configuration until the signal is aborted, then ends it and gives the state folder free.
 * @throws RunnerError when it cannot start, or when workerd was lost and could not be started again.
 */
export async function run(options: RunnerOptions, setting: RunSetting): Promise<void> {
  const log = createLog({ level: options.loglevel, process: "runner", clock: systemClock });
  const lock = await lockState(options.state);
  const closing: Held["closing"] = [() => lock.release()];
  try {
    if (!setting.signal.aborted) await Promise.race([live(options, { ...setting, log, lock, closing }), once(setting.signal, "abort")]);
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** Starts everything, says so, and goes on until workerd is lost. */
async function live(options: RunnerOptions, held: Held): Promise<void> {
  const { log, lock, closing, signal, print } = held;
  if (lock.notice !== undefined) log.warning(lock.notice);
  await probePort(options.port);
  const config = await readWranglerConfig(options.config);
  const settings = readSettings(config);
  const triggers = readTriggers(config, log);
  for (const warning of unboundEntries(config.vars, config.crons)) log.warning(warning);
  await runBuildCommand(config, signal);
  const bundle = await bundleWorker(config);
  for (const warning of bundle.warnings) log.warning(warning);
  // The run may have been ended meanwhile; nobody would end what is started from here on.
  if (signal.aborted) return;

  const output = createWorkerOutput(bundle, print);
  const lost = Promise.withResolvers<never>();
  let workerd: number | undefined;
  const starting = startInstance({
    config,
    bundle,
    options,
    output,
    log,
    onWorkerd(pid) {
      workerd = pid;
      lock.adopt(pid);
      held.onWorkerd(pid);
    },
    onRestart: () => ticker.first(),
    onLost: (error) => lost.reject(new RunnerError(messageOf(error), 1, { cause: error })),
  });
  closing.push(() => starting.stop());
  const instance = starting.ready;
  const ticker = createTicker({
    triggers,
    ticksPerMinute: options.ticksPerMinute,
    clock: systemClock,
    fire: async (cron, scheduledAt) => (await instance).fire(cron, scheduledAt),
  });
  closing.push(() => ticker.stop());

  const { url, tasks, pulse } = await instance;
  const [names] = await Promise.all([tasks(), Promise.race([ticker.first(), sleep(FIRST_TICK_PATIENCE)])]);
  const { name, vars, crons } = config;
  const facts = { name, version: VERSION, transport: transportOf(config), state: shownPath(options.state), config: settings };
  print(`${renderBanner({ ...facts, tasks: names, vars, crons, url })}\n`);
  output.open();
  ticker.start();
  const patience = Math.max(config.raw.limits?.cpu_ms ?? CPU_MILLISECONDS, SHORTEST_CPU_MILLISECONDS);
  const watchdog = watch({ patience, pulse, hung: () => void endHung(workerd, patience, log) });
  closing.push(() => watchdog.stop());
  await lost.promise;
}

/** Ends a workerd that answers nothing any more, as the platform ends an invocation; Miniflare starts it again. */
async function endHung(pid: number | undefined, patience: number, log: Log): Promise<void> {
  const workerd = pid === undefined ? undefined : markProcess(pid);
  if (workerd === undefined) return;
  log.error(
    `The Workers runtime has answered nothing for ${patience / 1000} s: a task or a request computes without end. It is ended and started again, ` +
      "as the platform ends an invocation at its limit of CPU time ([limits] cpu_ms).",
  );
  if (!(await endProcess(workerd))) log.error(`workerd (pid ${workerd.pid}) cannot be ended.`);
}

/** Checked before anything starts: the Worker script would say the same, later. */
function readSettings({ path, vars }: WranglerConfig): Config {
  try {
    return readConfig(vars.celeryconfig).config;
  } catch (error) {
    throw new RunnerError(`${shownPath(path)}: ${messageOf(error)}`);
  }
}

function readTriggers({ crons }: WranglerConfig, log: Log): CronTrigger[] {
  return crons.flatMap((expression) => {
    const trigger = readCronTrigger(expression);
    if ("matches" in trigger) return [trigger];
    log.warning(`Cron Trigger "${expression}" does not fire here: ${trigger.fault}.`);
    return [];
  });
}

function transportOf({ raw }: WranglerConfig): string | undefined {
  return raw.queues.consumers?.[0]?.queue ?? raw.queues.producers?.[0]?.queue;
}
