/** A broker that wakes late makes up for so much (core/rate-limit.ts). */
const CATCH_UP_SECONDS = 0.25;
/** Instants are whole milliseconds, and sums of fractions. */
const HAIR = 1e-6;

/** When tasks of one limit were granted by one shard: milliseconds since 1970. */
export class StartTimes {
  readonly #instants: number[] = [];

  /** Takes one in; answers what is wrong if in any span of time more were granted than a bucket of this rate has tokens. */
  add(at: number, perSecond: number): string | undefined {
    this.#instants.push(at);
    this.#instants.sort((one, other) => one - other);
    for (const [first, from] of this.#instants.entries()) {
      for (const [last, until] of this.#instants.entries()) {
        if (last < first) continue;
        const granted = last - first + 1;
        const tokens = 1 + perSecond * ((until - from) / 1000 + CATCH_UP_SECONDS);
        if (granted > tokens + HAIR) return `${granted} were granted within ${until - from} ms, at ${perSecond} a second`;
      }
    }
    return undefined;
  }
}
