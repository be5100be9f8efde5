import { homesOf, MOST_SHARDS, nameOfId } from "../core/homes.ts";
import { addressOf } from "../core/ids.ts";

/** Finds the shard that knows an id: those that may, one after another, the likeliest first. */
export class IdSearch {
  readonly #id: string;
  readonly #asked = new Set<number>();
  readonly #left: number[];

  /** @param shards over how many shards names are spread, as far as is known */
  constructor(id: string, shards: number) {
    this.#id = id;
    this.#left = homesOf(nameOfId(id), shards);
    // While a deploy arrives, ids are given by shards that nobody here has heard of.
    const pointed = addressOf(id)?.shard;
    if (pointed !== undefined && pointed < MOST_SHARDS) this.#left.unshift(pointed);
  }

  /** The shard to ask next; nothing when all were asked. */
  next(): number | undefined {
    let shard = this.#left.shift();
    while (shard !== undefined && this.#asked.has(shard)) shard = this.#left.shift();
    if (shard !== undefined) this.#asked.add(shard);
    return shard;
  }

  /** A shard does not know the id, and has lent its name to another one, or knows of more shards. */
  elsewhere(lentTo: number | undefined, shards: number): void {
    if (lentTo !== undefined) this.#left.unshift(lentTo);
    this.#left.push(...homesOf(nameOfId(this.#id), shards));
  }
}
