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
