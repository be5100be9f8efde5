/**
 * One call of a task on its way to the broker. `line` is the call itself as one line of JSON, made by `composeCall`
 * (core/compose.ts), stored as it stands and opened only by the consumer and by readers; what the broker must know
 * to decide stands beside it.
 */
export interface Call {
  /** `Line` as JSON text, without a line break. */
  line: string;
  /** Celery's queue: the named lane the task waits in. */
  queue: string;
  /** The instant (milliseconds since 1970) before which the task does not start: Celery's `eta`. Absent: at once. */
  due?: number;
  /** The instant (milliseconds since 1970) after which the task is not started any more: REVOKED `expired`. */
  expires?: number;
  /** 0 to 9, 9 first. Absent: 0. */
  priority?: number;
  /** The id the caller chose (Celery's `task_id`); absent: the broker gives one. */
  taskId?: string;
  /** With `taskId`: the id is derived from the call, and a second call under it is answered with the first. Else it is refused. */
  onceOnly?: boolean;
  /** Its task is declared `express`: on an idle queue it may go to a consumer at once, without a bell. */
  express?: boolean;
  /** The caller's idempotency key and a fingerprint of the call it stands for. */
  idempotency?: { key: string; fingerprint: string };
}

/** What a call's line holds; every key but `task` is left out where it says nothing. Keys are Celery's (`wire`). */
export interface Line {
  task: string;
  args?: unknown[];
  kwargs?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  shadow?: string;
  ignore_result?: boolean;
  priority?: number;
  /** The name of the beat entry that sent it (Celery's `periodic_task_name` header). */
  periodic_task_name?: string;
}

/** How a call is to be made: the options of Celery's `apply_async` that the product knows so far. */
export interface CallOptions {
  /** Seconds from now before which the task does not start. Not together with `eta`. */
  countdown?: number;
  /** The instant before which the task does not start. */
  eta?: Date;
  /** Seconds from now, or an instant, after which the task is not started any more. */
  expires?: number | Date;
  /** The queue; default: the task's own, else `task_default_queue`. */
  queue?: string;
  /** 0 to 9, 9 first; default 0. */
  priority?: number;
  /** The id to give the task; any UUID-shaped string. Default: one that the broker makes. */
  taskId?: string;
  /** The caller's own headers, handed to the task as `request.headers`. */
  headers?: Record<string, unknown>;
  /** Do not keep the return value. Default: the task's own. */
  ignoreResult?: boolean;
  /** A name for logs instead of the task's. */
  shadow?: string;
  /** A second call under the same key is answered with the first one's id for 24 hours. */
  idempotencyKey?: string;
}
