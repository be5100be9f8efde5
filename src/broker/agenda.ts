import { Heap } from "../core/heap.ts";

/** Entries that stand for nothing any more are swept out when there are this many more than items. */
const SPARE = 64;

interface Entry<T> {
  at: number;
  item: T;
}

/** When each of many items is to be looked at next; however many there are, those whose time has come are found without the others. */
export class Agenda<T> {
  readonly #at = new Map<T, number>();
  #entries = newHeap<T>();

  /** An item is to be looked at at this instant (milliseconds since 1970) and at no other; infinite: never. */
  set(item: T, at: number): void {
    if (this.#at.get(item) === at) return;
    if (at === Number.POSITIVE_INFINITY) {
      this.#at.delete(item);
      return;
    }
    this.#at.set(item, at);
    this.#entries.push({ at, item });
    if (this.#entries.size > 2 * this.#at.size + SPARE) this.#sweep();
  }

  /** The first instant of all; infinite when there is none. */
  get next(): number {
    return this.#peek()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the items whose instant has come by `now`. */
  take(now: number): T[] {
    const due: T[] = [];
    for (let entry = this.#peek(); entry !== undefined && entry.at <= now; entry = this.#peek()) {
      this.#entries.pop();
      this.#at.delete(entry.item);
      due.push(entry.item);
    }
    return due;
  }

  #peek(): Entry<T> | undefined {
    for (let entry = this.#entries.peek(); entry !== undefined; entry = this.#entries.peek()) {
      if (this.#at.get(entry.item) === entry.at) return entry;
      this.#entries.pop();
    }
    return undefined;
  }

  #sweep(): void {
    this.#entries = newHeap();
    for (const [item, at] of this.#at) this.#entries.push({ at, item });
  }
}

function newHeap<T>(): Heap<Entry<T>> {
  return new Heap((one, other) => one.at - other.at);
}
