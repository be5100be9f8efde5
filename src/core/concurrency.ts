import { Fifo } from "./fifo.ts";

interface Line<T> {
  readonly waiting: Fifo<T>;
  running: number;
  /** Its turn is noted, so it must not be noted again. */
  inTurn: boolean;
}

/**
 * What waits under concurrency keys (a task's name, a tenant): at most `limit` of one key run at once, and keys take turns, one task each, so
 * that one with a million waiting does not hold up one with a single task. Within a key the oldest goes first. Every step takes constant
 * time, however many keys and tasks there are; a key of which nothing waits or runs takes no memory.
 *
 * Turns say nothing of priorities: keep one of these for each.
 */
export class FairTurns<T> {
  readonly #lines = new Map<string, Line<T>>();
  readonly #turns = new Fifo<string>();
  #limit: number;
  #waiting = 0;

  /** @param limit how many of one key may run at once, from 1; infinite: keys only take turns. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many wait, of all keys. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many of a key run. */
  running(key: string): number {
    return this.#lines.get(key)?.running ?? 0;
  }

  /** Adds one that waits. */
  push(key: string, item: T): void {
    const line = this.#line(key);
    line.waiting.push(item);
    this.#waiting++;
    this.#note(key, line);
  }

  /** Takes the one whose turn it is, and counts it as running; undefined when no key may start one. */
  take(): { key: string; item: T } | undefined {
    for (let key = this.#turns.shift(); key !== undefined; key = this.#turns.shift()) {
      const line = this.#line(key);
      line.inTurn = false;
      const item = line.running < this.#limit ? line.waiting.shift() : undefined;
      if (item === undefined) {
        this.#forget(key, line);
        continue;
      }
      this.#waiting--;
      line.running++;
      this.#note(key, line);
      return { key, item };
    }
    return undefined;
  }

  /** Counts one as running that was not taken here: what leases say after a reset. May pass the limit. */
  occupy(key: string): void {
    this.#line(key).running++;
  }

  /** Counts one as running no more: it ended, or its lease was lost. Once too often is no harm. */
  release(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    line.running = Math.max(0, line.running - 1);
    this.#note(key, line);
    this.#forget(key, line);
  }

  /** Changes the limit; what runs goes on. Takes time for each key. */
  setLimit(limit: number): void {
    this.#limit = limit;
    for (const [key, line] of this.#lines) this.#note(key, line);
  }

  #line(key: string): Line<T> {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = { waiting: new Fifo(), running: 0, inTurn: false };
      this.#lines.set(key, line);
    }
    return line;
  }

  #note(key: string, line: Line<T>): void {
    if (line.inTurn || line.waiting.size === 0 || line.running >= this.#limit) return;
    line.inTurn = true;
    this.#turns.push(key);
  }

  #forget(key: string, line: Line<T>): void {
    if (line.running === 0 && line.waiting.size === 0 && !line.inTurn) this.#lines.delete(key);
  }
}
