import type { Timers } from "../clock.ts";

/** One timer in memory, lost with the object. While it is set, the object cannot hibernate. */
export class Timer {
  readonly #timers: Timers;
  readonly #fire: () => void;
  #cancel: () => void = () => {};
  #at = Number.POSITIVE_INFINITY;

  constructor(timers: Timers, fire: () => void) {
    this.#timers = timers;
    this.#fire = fire;
  }

  /** Fires at `at` (milliseconds since 1970) or earlier, if it was to fire earlier before; an infinite `at` ends it. */
  set(at: number, now: number): void {
    if (at >= this.#at && at !== Number.POSITIVE_INFINITY) return;
    this.#cancel();
    this.#cancel = () => {};
    this.#at = at;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#timers.after(Math.max(0, at - now), () => {
      this.#at = Number.POSITIVE_INFINITY;
      this.#cancel = () => {};
      this.#fire();
    });
  }
}
