/** One timer in memory: it fires at the earliest instant that was asked for, and is lost with the object. */
export class Timer {
  readonly #fire: () => void;
  #handle: ReturnType<typeof setTimeout> | null = null;
  #left = Number.POSITIVE_INFINITY;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  /** Fires in so many milliseconds, unless it fires earlier anyway. */
  in(milliseconds: number): void {
    if (milliseconds >= this.#left) return;
    clearTimeout(this.#handle);
    this.#left = Math.max(0, milliseconds);
    this.#handle = setTimeout(() => {
      this.#left = Number.POSITIVE_INFINITY;
      this.#fire();
    }, this.#left);
  }
}
