import { fullBucket, giveBack, nextAt, type TokenBucket, take } from "../core/rate-limit.ts";

/** Of rates up to so many a second each token taken is written down: a reset neither gives another one nor takes one away. */
const WRITTEN_PER_SECOND = 1;

/** A lane in which tasks of a key wait. */
interface Waiting {
  /** What is ready in it may start, but for the rate. */
  offer(): void;
}

/** What was said of a limit last; absent: there is no such limit. */
export interface Said {
  /** Tasks a second that start. */
  perSecond?: number;
  /** How many of one key run at once. */
  most?: number;
}

/** A limit as its row keeps it. */
export interface LimitState extends Said {
  /** The form of this row. */
  v: 1;
  /** Calls come here because its home is here. */
  whole?: boolean;
  /** Each token that was taken since is in the bucket: the rate was low enough to write them down. */
  exact?: boolean;
  bucket: TokenBucket;
}

/** What a limit stands on. */
export interface LimitParts {
  name: string;
  /** The rate that an operator has set, which wins over what calls say; null: any number. */
  setRate(): number | null | undefined;
  /** Its home is this shard. */
  isHome: boolean;
  /** How many shards share the rate where calls do not go home. */
  shards: number;
  /** As its row has kept it. */
  state: LimitState | undefined;
  /** `worker_disable_rate_limits`: no rate holds. */
  ratesOff: boolean;
  /** Writes its row. */
  write(state: LimitState): void;
}

/**
 * What tasks of one name share: how many start a second, and how many of each key run at once, over all queues of this shard. Calls go to the
 * limit's home, which keeps all of the rate. Some cannot: those that hold names, which are decided elsewhere; those that came with calls
 * of another limit; those that waited here before the number of shards was changed. For them each shard keeps an equal share of the rate, so
 * that all shares together are the rate; where both come together, less than twice the rate starts. Keys are counted by each shard for itself.
 */
export class Limit {
  readonly name: string;
  /** By concurrency key; those without a key have one together. */
  readonly places = new Map<string | undefined, Place>();
  readonly #parts: LimitParts;
  #said: Said;
  #whole: boolean;
  #bucket: TokenBucket;
  /** Its row is there. */
  #kept: boolean;

  /** After a reset a bucket is empty, unless its tokens are written down: else each reset would let one more start. */
  constructor(parts: LimitParts, now: number) {
    const { name, state } = parts;
    this.#parts = parts;
    this.name = name;
    this.#kept = state !== undefined;
    this.#whole = state?.whole === true;
    this.#said = { perSecond: state?.perSecond, most: state?.most };
    this.#bucket = state?.bucket ?? fullBucket(now);
    if (state !== undefined && !(state.exact && this.#isWritten)) this.#bucket = { tokens: 0, at: now, waiting: true };
  }

  /** What calls said last. */
  get said(): Readonly<Said> {
    return this.#said;
  }

  /** The rate that holds; undefined: any number. */
  get perSecond(): number | undefined {
    if (this.#parts.ratesOff) return undefined;
    const { setRate, isHome, shards } = this.#parts;
    const set = setRate();
    const all = set === undefined ? this.#said.perSecond : (set ?? undefined);
    return all === undefined || (isHome && this.#whole) ? all : all / shards;
  }

  /** How many of one key may run at once. */
  get most(): number {
    return this.#said.most ?? Number.POSITIVE_INFINITY;
  }

  /** The place of a key, made if it is not there. */
  place(key: string | undefined): Place {
    let place = this.places.get(key);
    if (place === undefined) {
      place = new Place(this, key);
      this.places.set(key, place);
    }
    return place;
  }

  /** A call says what holds from now on. @param own it was sent here for this limit's sake */
  say({ perSecond, most }: Said, own: boolean): void {
    const whole = this.#whole || own;
    if (this.#kept && whole === this.#whole && perSecond === this.#said.perSecond && most === this.#said.most) return;
    this.#whole = whole;
    const raised = (most ?? Number.POSITIVE_INFINITY) > this.most;
    this.#said = { perSecond, most };
    this.#write();
    if (raised) for (const place of this.places.values()) place.offer();
  }

  /** An operator has set another rate: from now on tokens may be written down, or not any more. */
  rateWasSet(): void {
    if (this.#kept) this.#write();
  }

  /** When the next task may start: `now` if one may at once. To be asked when one waits: what is missed from then on is made up for. */
  nextAt(now: number): number {
    const { perSecond } = this;
    if (perSecond === undefined) return now;
    // A clock that went back would else have to catch up first.
    if (now < this.#bucket.at) this.#bucket = { ...this.#bucket, at: now };
    const at = nextAt(this.#bucket, perSecond, now);
    if (at > now) this.#bucket = { ...this.#bucket, waiting: true };
    return at;
  }

  /** How many may start now, `most` at most. */
  available(most: number, now: number): number {
    const { perSecond } = this;
    return perSecond === undefined ? most : take(this.#bucket, most, perSecond, now).taken;
  }

  /** One task starts, for which there must be a token. @param more others wait */
  start(more: boolean, now: number): void {
    const { perSecond } = this;
    if (perSecond === undefined) return;
    const { bucket, taken } = take(this.#bucket, 1, perSecond, now);
    if (taken < 1) throw new Error(`limit ${this.name}: expected a token to be there for a task that starts, got none`);
    this.#bucket = { ...bucket, waiting: more };
    if (this.#isWritten) this.#write();
  }

  /** A task did not start after all. */
  giveBack(): void {
    const { perSecond } = this;
    if (perSecond === undefined) return;
    this.#bucket = giveBack(this.#bucket, 1, perSecond);
    if (this.#isWritten) this.#write();
  }

  get #isWritten(): boolean {
    return (this.perSecond ?? Number.POSITIVE_INFINITY) <= WRITTEN_PER_SECOND;
  }

  #write(): void {
    this.#kept = true;
    const exact = this.#isWritten && { exact: true };
    this.#parts.write({ v: 1, ...(this.#whole && { whole: true }), ...exact, ...this.#said, bucket: this.#bucket });
  }
}

/** One concurrency key of a limit: how many of it run, and the lanes (one a queue) in which more of it wait. */
export class Place {
  readonly limit: Limit;
  readonly key: string | undefined;
  readonly lanes = new Set<Waiting>();
  /** How many leases hold. */
  running = 0;
  /** How many are about to be held. */
  reserved = 0;

  constructor(limit: Limit, key: string | undefined) {
    this.limit = limit;
    this.key = key;
  }

  /** How many more may start, but for the rate. What has no key is not counted. */
  get free(): number {
    return this.key === undefined ? Number.POSITIVE_INFINITY : Math.max(0, this.limit.most - this.running - this.reserved);
  }

  /** One that ran runs no more. */
  release(): void {
    this.running -= 1;
    this.offer();
  }

  /** Has its lanes take turns again, if one may start. */
  offer(): void {
    if (this.free > 0) for (const lane of this.lanes) lane.offer();
  }

  /** A lane is gone; a place without lanes too. */
  leave(lane: Waiting): void {
    this.lanes.delete(lane);
    if (this.lanes.size === 0) this.limit.places.delete(this.key);
  }
}
