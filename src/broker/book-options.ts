/** What a book knows of the configuration. */
export interface BookOptions {
  /** How many tasks may be unfinished at once. */
  limit: number;
  /** How long a lease runs unless it is renewed. */
  leaseMilliseconds: number;
  /** `priority_ageing`: seconds of waiting that a step of priority is worth; null: priorities are strict. */
  ageing: number | null;
  /** `worker_disable_rate_limits`. */
  ratesOff: boolean;
  /** The shard's number, and `broker_shards`. */
  shard: number;
  shards: number;
}
