/** Where time comes from. The one file that asks the platform for it, and for chance; everything else is handed a `Clock`. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The platform's clock. In production it stands still between I/O events (a limit of Workers). */
export const systemClock: Clock = { now: () => Date.now() };

/** The platform's chance: a number from 0 (included) to 1 (excluded). Not for secrets. */
export const systemChance = (): number => Math.random();

/** Calls back later, in memory only. */
export interface Timers {
  /** Calls `callback` after so many milliseconds, unless the function it answers is called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The platform's timers. */
export const systemTimers: Timers = {
  after(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    return () => clearTimeout(handle);
  },
};
