import type { Timers } from "../clock.ts";

/** One timer in memory: it fires at the earliest instant that was asked for, and is lost with the object. */
export class Timer {
  readonly #timers: Timers;
  readonly #fire: () => void;
  #cancel: () => void = () => {};
  #at = Number.POSITIVE_INFINITY;

  constructor(timers: Timers, fire: () => void) {
    this.#timers = timers;
    this.#fire = fire;
  }

  /** Fires at `at` (milliseconds since 1970), unless it fires earlier anyway. */
  set(at: number, now: number): void {
    if (at >= this.#at) return;
    this.#cancel();
    this.#at = at;
    this.#cancel = this.#timers.after(Math.max(0, at - now), () => {
      this.#at = Number.POSITIVE_INFINITY;
      this.#fire();
    });
  }
}
