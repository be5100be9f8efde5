import type { BrokerClient } from "../../src/broker/api.ts";
import { repeatingClient } from "../../src/broker/repeating-client.ts";
import type { Clock, Timers } from "../../src/clock.ts";
import type { Network } from "./network.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** What a client is made from. */
export interface NewClient {
  world: World;
  network: Network;
  process: Process;
  /** `broker_shards`, as its process has read it. */
  shards: number;
  /** Default: the world's. */
  clock?: Clock;
  timers?: Timers;
  /** What it reads is told to the ledger. Default true. */
  watched?: boolean;
}

/** The product's own client, in one process of the simulated world. */
export function newClient({ world, network, process, shards, clock = world.clock(), timers, watched }: NewClient): BrokerClient {
  return repeatingClient({
    stub: (shard) => network.stub(process, shard, watched),
    shards,
    clock,
    timers: timers ?? world.timers(process),
    chance: () => world.random.next(),
    nonce: () => world.random.uuid(),
    keep: () => {},
  });
}
