/** Where time comes from. The one file that asks the platform; everything else is handed a `Clock`. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The platform's clock. In production it stands still between I/O events (a limit of Workers). */
export const systemClock: Clock = { now: () => Date.now() };

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
