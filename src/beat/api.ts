/** The RPC surface of the Beat object. */
export interface BeatApi {
  /**
   * The Cron Trigger's tick, or the first request's: reads the entries, sends what is due, arms the alarm for the
   * next. May come late, doubled, or never again: the alarm carries on by itself.
   */
  tick(): Promise<void>;
}
