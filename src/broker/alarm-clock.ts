/** An alarm this far in the past will not fire any more: the platform has lost it. */
const STRANDED_MILLISECONDS = 30_000;

/** What the object's storage offers for its one alarm. */
export interface AlarmSource {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
}

/**
 * The object's one alarm. Each setting is billed as a row written, so it is set only when it must be earlier, and known
 * from memory.
 */
export class AlarmClock {
  readonly #storage: AlarmSource;
  readonly #onSet: () => void;
  #armed = Number.POSITIVE_INFINITY;
  #lastFired = 0;

  /** @param onSet is told of each setting */
  constructor(storage: AlarmSource, onSet: () => void) {
    this.#storage = storage;
    this.#onSet = onSet;
  }

  /** Reads what is armed after a reset; a stranded alarm counts as none. */
  async recover(now: number): Promise<void> {
    const armed = await this.#storage.getAlarm();
    this.#armed = armed === null || isStranded(armed, now) ? Number.POSITIVE_INFINITY : armed;
  }

  /** The alarm that was set for `scheduled` has fired: nothing is armed. */
  fired(scheduled: number): void {
    this.#armed = Number.POSITIVE_INFINITY;
    this.#lastFired = scheduled;
  }

  /**
   * Sees to it that the alarm fires at `at` (milliseconds since 1970) or earlier, yet later than `now` and than the alarm
   * that fired last: the platform loses an alarm that is set for the running one's time or an earlier one.
   */
  arm(at: number, now: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.#armed <= at && !isStranded(this.#armed, now))) return;
    this.#armed = Math.max(Math.ceil(at), now + 1, this.#lastFired + 1);
    this.#onSet();
    void this.#storage.setAlarm(this.#armed);
  }
}

function isStranded(armed: number, now: number): boolean {
  return armed < now - STRANDED_MILLISECONDS;
}
