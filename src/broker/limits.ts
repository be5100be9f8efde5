import type { Call, CallLimits, Line } from "../core/call.ts";
import { Limit, type LimitState, type SetRate } from "./limit.ts";
import type { MetaStore } from "./store/meta.ts";

/** The row of the rates that operators have set, and those of what calls said of each limit last. */
const RATES = "rates";
const LIMIT = "limit ";

/** What the limits stand on. */
export interface LimitsParts {
  meta: MetaStore;
  /** `worker_disable_rate_limits`: no rate holds. */
  ratesOff: boolean;
}

/** The limits that this shard has heard of, by the names of tasks. */
export class Limits {
  readonly #parts: LimitsParts;
  readonly #limits = new Map<string, Limit>();
  readonly #rates: Map<string, SetRate>;

  constructor(parts: LimitsParts) {
    this.#parts = parts;
    this.#rates = new Map(JSON.parse(parts.meta.get(RATES) ?? "[]") as [string, SetRate][]);
  }

  /** A limit, by its name. `now`: milliseconds since 1970. */
  limit(name: string, now: number): Limit {
    let limit = this.#limits.get(name);
    if (limit === undefined) {
      const { meta, ratesOff } = this.#parts;
      const text = meta.get(LIMIT + name);
      const state = text === undefined ? undefined : (JSON.parse(text) as LimitState);
      const write = (changed: LimitState) => meta.set(LIMIT + name, JSON.stringify(changed));
      limit = new Limit({ name, state, ratesOff, write, setRate: () => this.#rates.get(name) }, now);
      this.#limits.set(name, limit);
    }
    return limit;
  }

  /** Those that something was asked of since the object was started. */
  values(): Iterable<Limit> {
    return this.#limits.values();
  }

  /** An operator sets a rate that wins over what calls say; null: no limit; undefined: what calls say counts again. */
  set(name: string, perSecond: number | null | undefined): void {
    const shares = this.#rates.get(name)?.shares;
    if (perSecond === undefined) this.#rates.delete(name);
    else this.#rates.set(name, shares === undefined ? { perSecond } : { perSecond, shares });
    this.#write();
  }

  /** A call says what holds of its limit from now on. */
  say({ name, perSecond, concurrency }: CallLimits, now: number): void {
    this.limit(name, now).say({ perSecond, most: concurrency?.most });
  }

  /**
   * The call, under the limit of the rate that an operator has set for its task, if it names none itself.
   * @param shards over how many such calls are spread
   */
  under(call: Call, shards: number): Call {
    if (call.limits !== undefined || this.#rates.size === 0) return call;
    const { task } = JSON.parse(call.line) as Line;
    const set = this.#rates.get(task);
    if (set === undefined || set.perSecond === null) return call;
    if (set.shares !== shards) {
      this.#rates.set(task, { ...set, shares: shards });
      this.#write();
    }
    return { ...call, limits: { name: task } };
  }

  #write(): void {
    this.#parts.meta.set(RATES, JSON.stringify([...this.#rates]));
  }
}
