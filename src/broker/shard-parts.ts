import type { Clock, Timers } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { AlarmSource } from "./alarm-clock.ts";
import type { Bell, Grant } from "./api.ts";
import type { Peer } from "./homes.ts";
import type { SqlSource } from "./store/sql.ts";

/** What a shard stands on: the object's storage, its alarm, the transport, time and chance. */
export interface ShardParts {
  /** Its number, from 0. */
  shard: number;
  config: Config;
  sql: SqlSource;
  alarm: AlarmSource;
  /** Runs `work` as one transaction: all of its writes, or none if it throws. */
  transaction<T>(work: () => T): T;
  /** Resolves when all that was written so far is durable. */
  sync(): Promise<void>;
  /** Ends the object; it starts again from its rows. */
  abort(reason: string): void;
  /** Puts bells on the transport. */
  send(bells: Bell[]): Promise<void>;
  /**
   * Hands granted tasks to the Worker script's own code (the express lane) and resolves when it has them. If that fails, the
   * lease runs out and the bell rings for them. Absent: there is no such lane.
   */
  express?(bell: Bell, grant: Grant): Promise<void>;
  /** The way to the other shards. */
  peer: Peer;
  /** So many random bytes, as hexadecimal digits. */
  random(bytes: number): string;
  clock: Clock;
  timers: Timers;
}
