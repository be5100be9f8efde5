import { waitUntil } from "cloudflare:workers";
import { type Clock, systemChance, systemTimers } from "../clock.ts";
import type { Env } from "../env.ts";
import type { BrokerApi, BrokerClient } from "./api.ts";
import { repeatingClient } from "./repeating-client.ts";

/**
 * Reaches the Broker objects over their binding.
 * @param shards `broker_shards`: over how many of them new work is spread
 */
export function brokerClient(env: Env, clock: Clock, shards = 1): BrokerClient {
  return repeatingClient({
    stub: (shard) => shardStub(env, shard),
    shards,
    clock,
    timers: systemTimers,
    chance: systemChance,
    nonce: () => crypto.randomUUID(),
    keep: waitUntil,
  });
}

/** A fresh stub of one shard's object. */
export function shardStub(env: Env, shard: number): BrokerApi {
  // The declared types are those of the other side of the wire.
  return env.BROKER.getByName(`shard-${shard}`) as unknown as BrokerApi;
}
