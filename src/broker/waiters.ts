import type { Timers } from "../clock.ts";
import { slotKey } from "./lease.ts";

/** Callers that hold a request open until a task is final. They are lost with the object; callers ask again. */
export class Waiters {
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Resolves when the slot ends, or after so many seconds. */
  wait(page: number, slot: number, seconds: number): Promise<void> {
    const key = slotKey(page, slot);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting);
      const done = () => {
        cancel();
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(key);
        resolve();
      };
      const cancel = this.#timers.after(seconds * 1000, done);
      waiting.add(done);
    });
  }

  /** Lets those go who wait for a slot. */
  ended(page: number, slot: number): void {
    if (this.#waiting.size === 0) return;
    for (const done of [...(this.#waiting.get(slotKey(page, slot)) ?? [])]) done();
  }
}
