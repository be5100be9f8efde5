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
  /** The caller's idempotency key and a fingerprint of the call it stands for; it is held so many seconds: 24 hours at most, and if it does not say. */
  idempotency?: { key: string; fingerprint: string; seconds?: number };
  /** What bounds how many of its kind start or run, over all consumers. */
  limits?: CallLimits;
  /** Once it may have started it is not started again: when its consumer is lost it fails (`acks_late` or `reject_on_worker_lost` false). */
  atMostOnce?: boolean;
  /** Celery's stamped headers, by which it may be revoked. */
  stamps?: Record<string, unknown>;
}

/** Limits that a call falls under, as its task declares them. The last that was said of a name counts. */
export interface CallLimits {
  /** The task's name: what shares these limits, and has a home among the shards. */
  name: string;
  /** Tasks a second that start (Celery's `rate_limit`). */
  perSecond?: number;
  /** How many of the same key run at once; keys take turns. */
  concurrency?: { key: string; most: number };
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
  /** Celery's pair of limits in seconds, as the call gave them: hard, soft. */
  timelimit?: [hard: number | null, soft: number | null];
  /** The call's own `max_retries`; null: any number. */
  max_retries?: number | null;
  /** The task's own say where it differs from `task_track_started`. */
  track_started?: boolean;
  /** Of calls that a task made. */
  root_id?: string;
  parent_id?: string;
  group_id?: string;
  /** Celery's stamped headers: names, and their values. */
  stamped_headers?: string[];
  /** How many tasks were replaced, one by the other, on the way to this one. */
  replaced_task_nesting?: number;
  stamps?: Record<string, unknown>;
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
  /** Seconds after which an attempt ends as FAILURE `TimeLimitExceeded`. Default: the task's own. */
  timeLimit?: number;
  /** Seconds after which the task's `signal` is aborted; not above the hard limit that holds. Default: the task's own. */
  softTimeLimit?: number;
  /** How many times it is retried; null: any number. Default: the task's own. */
  maxRetries?: number | null;
  /** Ours: the key, such as a tenant, of which no more run at once than the task's `concurrency` says; keys take turns. Default: the task's name. */
  concurrencyKey?: string;
  /** Celery's stamps: names and values that go with the task, and by which it may be revoked. */
  stamps?: Readonly<Record<string, unknown>>;
  /** The names of those `stamps` that count. Default: all. */
  stampedHeaders?: readonly string[];
}
