import type { CallLimits } from "../../src/core/call.ts";
import type { Random } from "./random.ts";

/** The limits of one history: some of its calls fall under one of three. */
export class Limits {
  readonly #random: Random;
  readonly #share: number;
  readonly #kinds: readonly ((key: string) => CallLimits)[];

  constructor(random: Random) {
    this.#random = random;
    this.#share = random.pick([0, 0, 0.2, 0.7]);
    const slow = 1;
    const fast = random.pick([2, 20]);
    const most = random.pick([1, 2, 3]);
    this.#kinds = [
      () => ({ name: "slow", perSecond: slow }),
      (key) => ({ name: "keyed", concurrency: { key, most } }),
      (key) => ({ name: "fast", perSecond: fast, concurrency: { key, most } }),
    ];
  }

  /** Whether any call falls under one. */
  get any(): boolean {
    return this.#share > 0;
  }

  /** Those of the next call; undefined: none. */
  next(): CallLimits | undefined {
    if (!this.#random.chance(this.#share)) return undefined;
    return this.#random.pick(this.#kinds)(this.#random.pick(["a", "b"]));
  }
}
