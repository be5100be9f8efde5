/** A consumer is kept for no longer than this: a bell costs about as much as the object's being awake for so long (milliseconds). */
const LONGEST_STAY_MILLISECONDS = 1_000;
/** What a consumer is kept beyond twice the time between arrivals (milliseconds). */
const SPARE_MILLISECONDS = 10;

/**
 * When work came into a queue lately. It tells how long a consumer that finds nothing should stay: about until the next is
 * expected, if that is soon. A queue delivers a bell late and for money; a consumer that is there needs none.
 */
export class Arrivals {
  #last = Number.NEGATIVE_INFINITY;
  #gap = Number.POSITIVE_INFINITY;

  /** Something became ready at `now` (milliseconds since 1970); what comes in the same millisecond came together. */
  note(now: number): void {
    if (now === this.#last) return;
    this.#gap = now - this.#last;
    this.#last = now;
  }

  /** For how many milliseconds a consumer should stay that finds nothing at `now`; 0 when work is rare. */
  stay(now: number): number {
    const gap = Math.max(this.#gap, now - this.#last);
    return gap >= LONGEST_STAY_MILLISECONDS ? 0 : Math.min(2 * gap + SPARE_MILLISECONDS, LONGEST_STAY_MILLISECONDS);
  }
}
