/** One queue, over all shards. */
export interface QueueView {
  queue: string;
  ready: number;
  scheduled: number;
  active: number;
  paused: boolean;
  /** For how many seconds that is ready which has waited longest; null: nothing is. */
  oldestAge: number | null;
}

/** What happened lately, interval after interval, oldest first: each list has one number for each of them. */
export interface SeriesView {
  /** How long an interval is. */
  resolutionSeconds: number;
  /** When the first one begins: milliseconds since 1970. */
  from: number;
  series: {
    received: number[];
    started: number[];
    succeeded: number[];
    failed: number[];
    retried: number[];
    revoked: number[];
    /** How long those ran together that succeeded or failed. */
    runSecondsSum: number[];
    /** How long those had waited together that started. */
    waitSecondsSum: number[];
    /** The most that waited; null: not known. */
    waiting: (number | null)[];
  };
}

/** A registered task. */
export interface TaskDocument {
  name: string;
  doc: string | null;
  /** Null where none were declared: such a task takes any `args` and no `kwargs`. */
  parameters: { name: string; required: boolean; rest: boolean }[] | null;
  /** The JSON Schema of each kind of arguments that has one. */
  schema: { args?: unknown; kwargs?: unknown } | null;
  queue: string;
  ignoreResult: boolean;
  express: boolean;
  /** Those of its options that are set. */
  [option: string]: unknown;
}
