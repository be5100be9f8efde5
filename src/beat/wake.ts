import type { Env } from "../env.ts";
import type { Trigger } from "./api.ts";

/** The name of the one Beat object. */
const NAME = "beat";

/**
 * Wakes beat: has it send what is due and arm its alarm. Does no harm however often it is called. With `trigger` it also sends what is bound to that Cron Trigger. A call that fails is made once
 * more on a fresh stub, since a stub that saw a reset is dead.
 * @throws what the second call throws.
 */
export async function wakeBeat(env: Env, trigger?: Trigger): Promise<void> {
  try {
    await env.BEAT.getByName(NAME).tick(trigger);
  } catch {
    await env.BEAT.getByName(NAME).tick(trigger);
  }
}
