/** As much of a Durable Object's storage as its alarm needs. */
export interface AlarmStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
}

/**
 * The object's one alarm. Remembers what is armed, since each arming costs a row, and keeps to the platform's rules: an alarm is
 * never set to the instant that is firing, nor to one that is not after now, or it may never fire.
 */
export class Alarm {
  readonly #storage: AlarmStorage;
  /** Undefined until storage was asked; null when none is armed. */
  #armed: number | null | undefined;
  /** The instant of the alarm that is firing now, 0 when none is. */
  #firing = 0;

  constructor(storage: AlarmStorage) {
    this.#storage = storage;
  }

  /** Runs the work of a firing alarm. `scheduledTime` is what the platform says; absent (in tests), what was armed counts. */
  async fire(scheduledTime: number | undefined, work: () => Promise<void>): Promise<void> {
    this.#firing = scheduledTime ?? this.#armed ?? 0;
    this.#armed = null;
    try {
      await work();
    } finally {
      this.#firing = 0;
    }
  }

  /** Arms the alarm for an instant, or as soon after as the rules allow. Costs nothing when it is armed so already. */
  async arm(instant: number, now: number): Promise<void> {
    const at = Math.max(instant, now + 1, this.#firing + 1);
    if (this.#armed === undefined) {
      const found = await this.#storage.getAlarm();
      this.#armed ??= found;
    }
    if (this.#armed === at) return;
    await this.#storage.setAlarm(at);
    this.#armed = at;
  }
}
