import type { BrokerClient } from "../broker/api.ts";
import type { Env } from "../env.ts";
import type { Log } from "../log.ts";
import { wakeBeat } from "./wake.ts";

/** What the Cron Trigger's handler needs. */
export interface ScheduledParts {
  broker: (env: Env) => BrokerClient;
  log: (env: Env) => Log;
}

/**
 * Makes the `scheduled` handler: wakes beat and lets the broker sweep, side by side. The trigger may come late, twice or not at all:
 * both only do what is overdue. Never throws; what fails is logged, and the next tick tries again.
 */
export function createScheduled(
  parts: ScheduledParts,
): (controller: ScheduledController, env: Env, ctx: ExecutionContext) => Promise<void> {
  return async (controller, env) => {
    const work: [string, () => Promise<void>][] = [
      ["beat could not be woken", () => wakeBeat(env, { cron: controller.cron, at: controller.scheduledTime })],
      ["the broker could not sweep", () => parts.broker(env).sweep()],
    ];
    await Promise.all(work.map(([failure, run]) => attempt(run, (why) => parts.log(env).error(`Cron Trigger: ${failure}: ${why}`))));
  };
}

async function attempt(run: () => Promise<void>, tell: (why: string) => void): Promise<void> {
  try {
    await run();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}
