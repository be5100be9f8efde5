import type { Clock } from "../clock.ts";
import type { CronTrigger } from "./cron-trigger.ts";

/** Fires Cron Triggers as the platform does: no tool fires them locally. */
export interface Ticker {
  /**
   * The tick at start, which wakes beat: the triggers of the present minute, or when none matches it, the first one. Settles when its handlers have
   * ended; does not throw.
   */
  first(): Promise<void>;
  /** From now on fires at each minute's boundary. */
  start(): void;
  stop(): void;
}

/** What a ticker is made from. */
export interface TickerParts {
  triggers: readonly CronTrigger[];
  /** How often a trigger fires in a minute it matches: 1; 0 and 2 are for tests. Doubled ticks come at once, with the same instant. */
  ticksPerMinute: number;
  clock: Clock;
  /** Calls the `scheduled` handler; `scheduledAt` is the minute's beginning, in milliseconds since 1970. Must not throw. */
  fire(expression: string, scheduledAt: number): Promise<void>;
}

const MINUTE = 60_000;

/** Makes a ticker that stands still until `start`. Ticks that were due while the machine slept are lost, as they may be on the platform. */
export function createTicker(parts: TickerParts): Ticker {
  const { triggers, ticksPerMinute, clock, fire } = parts;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tick(due: readonly CronTrigger[], minute: number, times: number): Promise<unknown> {
    return Promise.all(due.flatMap((trigger) => Array.from({ length: times }, () => fire(trigger.expression, minute))));
  }

  function wait(boundary: number): void {
    timer = setTimeout(() => {
      const now = clock.now();
      // Timers keep another clock than the wall's, and may fire early by it.
      if (now < boundary) return wait(boundary);
      const minute = minuteOf(now);
      wait(minute + MINUTE);
      void tick(matching(minute), minute, ticksPerMinute);
    }, boundary - clock.now());
  }

  function matching(minute: number): CronTrigger[] {
    return triggers.filter((trigger) => trigger.matches(minute));
  }

  return {
    async first() {
      const minute = minuteOf(clock.now());
      const due = matching(minute);
      await tick(due.length > 0 ? due : triggers.slice(0, 1), minute, 1);
    },
    start() {
      if (ticksPerMinute > 0 && triggers.length > 0) wait(minuteOf(clock.now()) + MINUTE);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}

function minuteOf(at: number): number {
  return at - (at % MINUTE);
}
