import type { Clock, Timers } from "../clock.ts";
import { CeleriacError } from "../core/errors.ts";
import { describeValue } from "../core/json-value.ts";

interface Alarm {
  at: number;
  ring: () => void;
}

/** A clock that stands still until a test moves it, and the timers that go by it. */
export class TestClock implements Clock, Timers {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  /** @throws CeleriacError ("bad_option") for what is no instant */
  constructor(start: Date | string | number) {
    const instant = new Date(start).getTime();
    if (Number.isNaN(instant)) {
      throw new CeleriacError("bad_option", `now: expected a Date, ISO-8601 text or milliseconds since 1970, got ${describeValue(start)}`);
    }
    this.#now = instant;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const alarm = { at: this.#now + milliseconds, ring: callback };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Moves to an instant, unless it has passed, and rings the timers on the way, each at its time. */
  moveTo(instant: number): void {
    for (let next = this.#nextBy(instant); next !== undefined; next = this.#nextBy(instant)) {
      this.#now = Math.max(this.#now, next.at);
      this.#alarms.delete(next);
      next.ring();
    }
    this.#now = Math.max(this.#now, instant);
  }

  #nextBy(instant: number): Alarm | undefined {
    return [...this.#alarms].filter((alarm) => alarm.at <= instant).toSorted((a, b) => a.at - b.at)[0];
  }
}
