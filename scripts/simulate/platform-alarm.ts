import type { AlarmSource } from "../../src/broker/alarm-clock.ts";
import type { Disk } from "./disk.ts";
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

const FIRST_RETRY_MILLISECONDS = 2_000;
const MOST_RETRIES = 6;

/** What the alarm wakes. */
export interface AlarmTarget {
  /** Runs the handler of the alarm that was set for `scheduled`; it may fail. */
  alarm(scheduled: number): Promise<void>;
}

/**
 * The platform's alarm: fires once at its time or later, again when the handler fails or dies, and survives the object. As
 * measured of the platform: while the handler runs none is set, and one set for its time or an earlier one is lost.
 */
export class PlatformAlarm {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #disk: Disk;
  readonly #target: AlarmTarget;
  #cancel: () => void = () => {};
  /** The alarm whose handler runs, and whether the handler has set another. */
  #running: { scheduled: number; set: boolean } | undefined;
  #retries = 0;

  constructor(world: World, faults: Faults, disk: Disk, target: AlarmTarget) {
    this.#world = world;
    this.#faults = faults;
    this.#disk = disk;
    this.#target = target;
    disk.onAlarm = () => {
      this.#retries = 0;
      this.schedule();
    };
  }

  /** What one life of the object is handed. */
  source(): AlarmSource {
    return {
      getAlarm: async () => (this.#running !== undefined && !this.#running.set ? null : (this.#disk.alarm?.at ?? null)),
      setAlarm: async (at) => {
        const stranded = at <= this.#world.now || at === this.#running?.scheduled;
        if (this.#running !== undefined) this.#running.set = true;
        this.#world.trace.note(() => `alarm set for ${at - this.#world.now} ms from now${stranded ? ": LOST" : ""}`);
        this.#disk.setAlarm({ at, stranded });
      },
    };
  }

  /** The object died: a handler that ran runs again. */
  died(): void {
    if (this.#running !== undefined) this.#retries += 1;
    this.#running = undefined;
    this.schedule();
  }

  /** The handler does not run. */
  get idle(): boolean {
    return this.#running === undefined;
  }

  /** Sees to it that what is armed fires; also after the wall clock was set. */
  schedule(): void {
    this.#cancel();
    this.#cancel = () => {};
    const alarm = this.#disk.durableAlarm;
    // What is on its way to the disk takes its place.
    if (alarm !== this.#disk.alarm) return;
    if (alarm === null || alarm.stranded || alarm.at === this.#running?.scheduled) return;
    const pause = this.#retries === 0 ? 0 : FIRST_RETRY_MILLISECONDS * 2 ** Math.min(this.#retries - 1, MOST_RETRIES);
    const late = this.#faults.strikes("alarm late", "the alarm")
      ? this.#world.random.between(100, 30_000)
      : this.#world.random.between(0, 3);
    const delay = Math.max(0, alarm.at - this.#world.now) + pause + late;
    this.#cancel = this.#world.schedule(delay, this.#world.platform, () => this.#fire());
  }

  #fire(): void {
    const alarm = this.#disk.durableAlarm;
    if (alarm === null) return;
    if (this.#running !== undefined || alarm.at > this.#world.now) {
      this.#cancel = this.#world.schedule(Math.max(5, alarm.at - this.#world.now), this.#world.platform, () => this.#fire());
      return;
    }
    this.#run(alarm.at);
  }

  #run(scheduled: number): void {
    const running = { scheduled, set: false };
    this.#running = running;
    this.#world.trace.note(() => "alarm fires");
    this.#target.alarm(scheduled).then(
      () => this.#ended(running, true),
      () => this.#ended(running, false),
    );
  }

  #ended(running: { scheduled: number; set: boolean }, well: boolean): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    if (well && this.#faults.strikes("alarm repeated", "an alarm that was handled")) {
      this.#run(running.scheduled);
      return;
    }
    if (running.set || this.#disk.alarm?.at !== running.scheduled) {
      this.schedule();
    } else if (well || this.#retries === MOST_RETRIES) {
      this.#disk.setAlarm(null);
    } else {
      this.#retries += 1;
      this.schedule();
    }
  }
}
