/**
 * Values that were set lately, as many as a budget allows, and half as many at least. They are let go of by generations: when the newer one has used up
 * half of the budget it becomes the older one, and what was that goes. Taken one by one from the front of a single map they would leave holes there
 * that V8 passes over each time it looks for the first: at 30,000 entries that takes longer than anything else that is done with one.
 */
export class Recent<K, V> {
  readonly #budget: number;
  readonly #weigh: (value: V) => number;
  #newer = new Map<K, V>();
  #older = new Map<K, V>();
  #weight = 0;

  /**
   * @param budget how much may be kept, as `weigh` adds it up
   * @param weigh must tell the same of a value each time
   */
  constructor(budget: number, weigh: (value: V) => number = () => 1) {
    this.#budget = budget;
    this.#weigh = weigh;
  }

  /** How many values are kept. */
  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  get(key: K): V | undefined {
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  /** Keeps a value; a single one however much it weighs. */
  set(key: K, value: V): void {
    this.delete(key);
    const weight = this.#weigh(value);
    if (this.#newer.size > 0 && this.#weight + weight > this.#budget / 2) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#weight = 0;
    }
    this.#newer.set(key, value);
    this.#weight += weight;
  }

  delete(key: K): void {
    const value = this.#newer.get(key);
    if (value !== undefined) this.#weight -= this.#weigh(value);
    this.#newer.delete(key);
    this.#older.delete(key);
  }
}
