/** A Cron Trigger that has fired. */
export interface Trigger {
  /** The line of `[triggers].crons`. */
  cron: string;
  /** The minute it fired for: milliseconds since 1970. */
  at: number;
}

/** The RPC surface of the Beat object. */
export interface BeatApi {
  /**
   * The Cron Trigger's tick, or the first request's: reads the entries, sends what is due, arms the alarm for the
   * next. With a trigger, what is bound to it is due. May come late, doubled, or never again: the alarm carries on by itself.
   */
  tick(trigger?: Trigger): Promise<void>;
}
