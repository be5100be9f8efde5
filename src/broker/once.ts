/** For so long a request that is sent again may still arrive. */
const KEPT_MILLISECONDS = 600_000;

/**
 * The orders that were carried out lately, by nonce. One that was sent again may arrive once more after another has undone it, and must not be
 * carried out then. Memory is enough: what is under way to an object is lost with it.
 */
export class Once {
  readonly #done = new Map<string, number>();

  /** Whether an order is to be carried out, for it was not before. `now`: milliseconds since 1970. */
  first(nonce: string, now: number): boolean {
    for (const [oldest, at] of this.#done) {
      if (now - at <= KEPT_MILLISECONDS) break;
      this.#done.delete(oldest);
    }
    if (this.#done.has(nonce)) return false;
    this.#done.set(nonce, now);
    return true;
  }
}
