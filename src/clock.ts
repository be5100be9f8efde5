/** Where time comes from. The one file that asks the platform; everything else is handed a `Clock`. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The platform's clock. In production it stands still between I/O events (a limit of Workers). */
export const systemClock: Clock = { now: () => Date.now() };
