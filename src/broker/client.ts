import { waitUntil } from "cloudflare:workers";
import { type Clock, systemTimers } from "../clock.ts";
import type { Env } from "../env.ts";
import type { BrokerApi, BrokerClient } from "./api.ts";
import { repeatingClient } from "./repeating-client.ts";

/** Reaches the Broker objects over their binding. */
export function brokerClient(env: Env, clock: Clock): BrokerClient {
  return repeatingClient({
    stub: (shard) => env.BROKER.getByName(`shard-${shard}`) as unknown as BrokerApi,
    clock,
    timers: systemTimers,
    nonce: () => crypto.randomUUID(),
    keep: waitUntil,
  });
}
