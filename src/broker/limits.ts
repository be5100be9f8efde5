import type { Call, CallLimits, Line } from "../core/call.ts";
import { homeOf, nameOfLimit } from "../core/homes.ts";
import type { SetTimeLimits } from "../core/time-limits.ts";
import { Limit, type LimitState } from "./limit.ts";
import type { MetaStore } from "./store/meta.ts";

/** The row of the rates that operators have set, and those of what calls said of each limit last. */
const RATES = "rates";
const LIMIT = "limit ";
/** The row of the time limits that operators have set. */
const TIMES = "time limits";

/** What the limits stand on. */
export interface LimitsParts {
  meta: MetaStore;
  /** `worker_disable_rate_limits`: no rate holds. */
  ratesOff: boolean;
  /** This shard's number. */
  shard: number;
  /** `broker_shards`: a limit is at home at one of so many. */
  shards: number;
}

/** The limits that this shard has heard of, by the names of tasks. */
export class Limits {
  readonly #parts: LimitsParts;
  readonly #limits = new Map<string, Limit>();
  readonly #rates: Map<string, number | null>;
  #times: Readonly<Record<string, SetTimeLimits>>;

  constructor(parts: LimitsParts) {
    this.#parts = parts;
    this.#rates = new Map(JSON.parse(parts.meta.get(RATES) ?? "[]") as [string, number | null][]);
    this.#times = JSON.parse(parts.meta.get(TIMES) ?? "{}");
  }

  /** A limit, by its name. `now`: milliseconds since 1970. */
  limit(name: string, now: number): Limit {
    let limit = this.#limits.get(name);
    if (limit === undefined) {
      const { meta, ratesOff, shard, shards } = this.#parts;
      const text = meta.get(LIMIT + name);
      const state = text === undefined ? undefined : (JSON.parse(text) as LimitState);
      const write = (changed: LimitState) => meta.set(LIMIT + name, JSON.stringify(changed));
      const isHome = homeOf(nameOfLimit(name), shards) === shard;
      limit = new Limit({ name, state, ratesOff, write, isHome, shards, setRate: () => this.#rates.get(name) }, now);
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
    if (perSecond === undefined) this.#rates.delete(name);
    else this.#rates.set(name, perSecond);
    this.#parts.meta.set(RATES, JSON.stringify([...this.#rates]));
    this.#limits.get(name)?.rateWasSet();
  }

  /** The time limits that operators have set, by task; undefined: none. */
  get times(): Readonly<Record<string, SetTimeLimits>> | undefined {
    return Object.keys(this.#times).length === 0 ? undefined : this.#times;
  }

  /** An operator sets a task's time limits; with nothing said of either, those that were set are taken away. Inside a transaction. */
  setTimes(name: string, { soft, hard }: SetTimeLimits): void {
    const { [name]: _before, ...others } = this.#times;
    const said = { ...(soft === undefined ? {} : { soft }), ...(hard === undefined ? {} : { hard }) };
    this.#times = Object.keys(said).length === 0 ? others : { ...others, [name]: said };
    this.#parts.meta.set(TIMES, JSON.stringify(this.#times));
  }

  /**
   * A call says what holds of its limit from now on.
   * @param named it has names (core/homes.ts), and was sent where they are decided
   */
  say({ name, perSecond, concurrency }: CallLimits, named: boolean, now: number): void {
    const own = !named && (perSecond !== undefined || concurrency !== undefined);
    this.limit(name, now).say({ perSecond, most: concurrency?.most }, own);
  }

  /** The call, under the rate that an operator has set for its task, if it names no limit itself: such calls are spread over all shards. */
  under(call: Call): Call {
    if (call.limits !== undefined || this.#rates.size === 0) return call;
    const { task } = JSON.parse(call.line) as Line;
    return typeof this.#rates.get(task) === "number" ? { ...call, limits: { name: task } } : call;
  }
}
