/** What counts as lately. */
const WINDOW_MILLISECONDS = 10_000;
const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 60;

/** How fast tasks have ended lately: in the last 10 to 20 seconds. */
export class Pace {
  #began: number;
  #ended = 0;
  /** The same of the window before. */
  #before = { ended: 0, milliseconds: 0 };

  /** @param now when it begins to watch: milliseconds since 1970 */
  constructor(now: number) {
    this.#began = now;
  }

  /** So many tasks have ended. */
  note(ended: number, now: number): void {
    this.#roll(now);
    this.#ended += ended;
  }

  /**
   * In how many seconds so many tasks will have ended if it goes on like that; at least 1, at most 60. When none has ended for a
   * while, the next one is taken to be as long away.
   */
  secondsFor(tasks: number, now: number): number {
    this.#roll(now);
    const seconds = Math.max(1, (now - this.#began + this.#before.milliseconds) / 1000);
    const perTask = seconds / Math.max(1, this.#ended + this.#before.ended);
    return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, Math.ceil(tasks * perTask)));
  }

  #roll(now: number): void {
    const milliseconds = now - this.#began;
    if (milliseconds < WINDOW_MILLISECONDS) return;
    this.#before = { ended: this.#ended, milliseconds };
    this.#began = now;
    this.#ended = 0;
  }
}
