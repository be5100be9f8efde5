import { setTimeout as sleep } from "node:timers/promises";
import manifest from "../../package.json" with { type: "json" };
import { systemClock } from "../clock.ts";
import { type Config, readConfig } from "../core/config.ts";
import { createLog, type Log } from "../log.ts";
import { renderBanner } from "./banner.ts";
import { bundleWorker } from "./bundle.ts";
import { type CronTrigger, readCronTrigger } from "./cron-trigger.ts";
import { type Instance, type Starting, startInstance } from "./instance.ts";
import type { RunnerOptions } from "./options.ts";
import { probePort } from "./port-probe.ts";
import { messageOf, RunnerError } from "./runner-error.ts";
import { lockState, type StateLock } from "./state-lock.ts";
import { startFailure } from "./start-failure.ts";
import { createTicker, type Ticker } from "./ticker.ts";
import { createLocator, createWorkerOutput } from "./worker-output.ts";
import { readWranglerConfig, shownPath, type WranglerConfig } from "./wrangler-config.ts";

/** Prints to the terminal: Celery-format lines and the banner, as they come. */
export type Print = (text: string) => void;

const FIRST_TICK_PATIENCE = 10_000;

/**
 * Runs the Worker of a configuration until `stop` settles, then ends it and gives the state folder free.
 * @throws RunnerError when it cannot start, or workerd was lost and could not be started again.
 */
export async function run(options: RunnerOptions, print: Print, stop: Promise<void>): Promise<void> {
  const log = createLog({ level: options.loglevel, process: "runner", clock: systemClock });
  const lock = await lockState(options.state);
  const house = new House(options, print, log, lock);
  try {
    await Promise.race([house.live(), stop]);
  } finally {
    await house.close();
    lock.release();
  }
}
