/** Watches whether the runtime still answers, and has it ended when it does not. */
export interface Watchdog {
  stop(): void;
}

/** What a watchdog is made from. */
export interface WatchdogParts {
  /** How long the runtime may answer nothing, in milliseconds. */
  patience: number;
  /** Asks the runtime for a sign of life: settles when it answers, or cannot be reached (it is being started again). */
  pulse(): Promise<void>;
  /** Called when it has answered nothing for so long; not again until it has been asked anew. */
  hung(): void;
}

/** So often the runtime is looked at within the patience; each look that finds the last question unanswered counts. */
const LOOKS = 10;

/**
 * Starts to watch. The platform ends an invocation that has used up its CPU time; locally nothing does, and since one thread runs all of
 * workerd, one task that computes for ever would stop everything for ever. Looks are counted, not time: a machine that slept, or a runner that
 * was stopped by a signal, has missed the looks too.
 */
export function watch({ patience, pulse, hung }: WatchdogParts): Watchdog {
  let asking = false;
  let unanswered = 0;

  async function ask(): Promise<void> {
    asking = true;
    unanswered = 0;
    // That it cannot be reached is no news: who started it sees it end.
    await pulse().catch(() => {});
    asking = false;
  }

  const timer = setInterval(() => {
    if (!asking) {
      void ask();
      return;
    }
    unanswered += 1;
    if (unanswered === LOOKS) hung();
  }, patience / LOOKS);

  return { stop: () => clearInterval(timer) };
}
