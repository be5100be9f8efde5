import type { CallLimits } from "../core/call.ts";
import { Limit, type LimitState } from "./limit.ts";
import type { MetaStore } from "./store/meta.ts";

/** The limits that this shard has heard of, by the names of tasks. A row each says what was said last, and what an operator has set. */
export class Limits {
  readonly #meta: MetaStore;
  readonly #ratesOff: boolean;
  readonly #limits = new Map<string, Limit>();

  /** @param ratesOff `worker_disable_rate_limits`: no rate holds */
  constructor(meta: MetaStore, ratesOff: boolean) {
    this.#meta = meta;
    this.#ratesOff = ratesOff;
  }

  /** A limit, by its name. `now`: milliseconds since 1970. */
  limit(name: string, now: number): Limit {
    let limit = this.#limits.get(name);
    if (limit === undefined) {
      const row = `limit ${name}`;
      const text = this.#meta.get(row);
      const state = text === undefined ? undefined : (JSON.parse(text) as LimitState);
      const write = (changed: LimitState) => this.#meta.set(row, JSON.stringify(changed));
      limit = new Limit({ name, state, ratesOff: this.#ratesOff, write }, now);
      this.#limits.set(name, limit);
    }
    return limit;
  }

  /** A call says what holds of its limit from now on. */
  say({ name, perSecond, concurrency }: CallLimits, now: number): void {
    this.limit(name, now).say({ perSecond, most: concurrency?.most });
  }
}
