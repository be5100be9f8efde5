/** What is counted in each interval. `runSeconds` and `waitSeconds` are sums. */
export const COUNTED = ["received", "started", "succeeded", "failed", "retried", "revoked", "runSeconds", "waitSeconds"] as const;

/** A thing that is counted. */
export type Counted = (typeof COUNTED)[number];

/** What happened, interval after interval, oldest first: one number for each. Plain data, so that it travels between objects. */
export type Intervals = Record<Counted, number[]> & {
  /** The most tasks that waited, as far as anybody looked; null: nobody did. */
  waiting: (number | null)[];
};

const KINDS = COUNTED.length;
/** Stands for a count that nobody made. */
const NOBODY = -1;

/** What was counted in the last so many intervals of one length; what is older is forgotten, one interval for each new one. It takes its memory once, when it is made. */
export class IntervalRing {
  readonly #length: number;
  readonly #sums: Float64Array;
  readonly #waiting: Float64Array;
  /** The number of the newest interval: how many of its length there were since 1970. */
  #newest = -1;

  /** @param length how many intervals it remembers */
  constructor(length: number) {
    this.#length = length;
    this.#sums = new Float64Array(length * KINDS);
    this.#waiting = new Float64Array(length).fill(NOBODY);
  }

  /** Adds what was counted, in the order of `COUNTED`, to an interval. */
  add(interval: number, counts: Float64Array): void {
    this.#reach(interval);
    if (this.#forgot(interval)) return;
    const cell = (interval % this.#length) * KINDS;
    for (let kind = 0; kind < KINDS; kind++) this.#sums[cell + kind] = (this.#sums[cell + kind] ?? 0) + (counts[kind] ?? 0);
  }

  /** So many tasks waited in these intervals, first and last included; of several counts of an interval the highest stays. */
  waits(first: number, last: number, count: number): void {
    this.#reach(last);
    for (let interval = Math.max(first, this.#newest - this.#length + 1); interval <= last; interval++) {
      const cell = interval % this.#length;
      this.#waiting[cell] = Math.max(this.#waiting[cell] ?? NOBODY, count);
    }
  }

  /** Tells of so many intervals from `first` on; in those that it does not know nothing happened, and nobody looked. */
  read(first: number, count: number): Intervals {
    const each = <V>(none: V, read: (cell: number) => V): V[] =>
      Array.from({ length: count }, (_, index) => {
        const interval = first + index;
        return interval > this.#newest || this.#forgot(interval) ? none : read(interval % this.#length);
      });
    const sums = COUNTED.map((name, kind) => [name, each(0, (cell) => this.#sums[cell * KINDS + kind] ?? 0)] as const);
    const waiting = each<number | null>(null, (cell) => {
      const count = this.#waiting[cell] ?? NOBODY;
      return count === NOBODY ? null : count;
    });
    return { ...(Object.fromEntries(sums) as Record<Counted, number[]>), waiting };
  }

  #forgot(interval: number): boolean {
    return interval <= this.#newest - this.#length;
  }

  /** Makes room for intervals up to this one. */
  #reach(interval: number): void {
    if (interval <= this.#newest) return;
    for (let next = Math.max(this.#newest + 1, interval - this.#length + 1); next <= interval; next++) {
      const cell = next % this.#length;
      this.#sums.fill(0, cell * KINDS, (cell + 1) * KINDS);
      this.#waiting[cell] = NOBODY;
    }
    this.#newest = interval;
  }
}

/** Both together: counts are added, and so is what waits. */
export function addIntervals(one: Intervals, other: Intervals): Intervals {
  const sums = COUNTED.map((name) => [name, one[name].map((count, index) => count + (other[name][index] ?? 0))] as const);
  const waiting = one.waiting.map((count, index) => {
    const more = other.waiting[index] ?? null;
    return count === null ? more : count + (more ?? 0);
  });
  return { ...(Object.fromEntries(sums) as Record<Counted, number[]>), waiting };
}
