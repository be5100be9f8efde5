/**
 * Spreads submits over shards: each round visits every shard once, in an order of its own, so that they get equally many and
 * none gets every submit of a pattern.
 */
export class Spread {
  readonly #shards: number;
  readonly #chance: () => number;
  /** Those that this round has not visited. */
  #left: number[] = [];

  /** @param chance gives numbers from 0 (included) to 1 (excluded) */
  constructor(shards: number, chance: () => number) {
    this.#shards = shards;
    this.#chance = chance;
  }

  /** The shard of the next submit. */
  next(): number {
    if (this.#shards === 1) return 0;
    if (this.#left.length === 0) this.#left = Array.from({ length: this.#shards }, (_, shard) => shard);
    return this.#left.splice(Math.floor(this.#chance() * this.#left.length), 1)[0] ?? 0;
  }
}
