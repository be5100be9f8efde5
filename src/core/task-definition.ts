import type { AckPolicy } from "./acknowledgement.ts";
import type { RetryPolicy } from "./retry.ts";
import type { ArgumentSchemas } from "./schema.ts";

/** What the doors know of a registered task without running it. */
export interface TaskDefinition {
  /** The registered name, such as `tasks.add`. */
  name: string;
  /** The declared parameters in order; absent: none declared, so `kwargs` and arity cannot be checked. */
  parameters?: Parameter[];
  /** One line for people, shown in `GET /v1/tasks`. */
  doc?: string;
  /** The task's own queue; absent: `task_default_queue`. */
  queue?: string;
  /** Whether the return value is not kept. */
  ignoreResult?: boolean;
  /** Whether calls may take the express lane. */
  express?: boolean;
  /** When it is run again; absent: Celery's defaults, so by `retry` only. */
  retry?: RetryPolicy;
  /** Seconds after which an attempt is ended, or asked to end; null: never; absent: `task_time_limit`, `task_soft_time_limit`. */
  timeLimit?: number | null;
  softTimeLimit?: number | null;
  /** Tasks a second that start, over all consumers; null: any number; absent: `task_default_rate_limit`. */
  perSecond?: number | null;
  /** How many run at once, over all consumers; of each `concurrency_key` where calls have one. Absent: any number. */
  concurrency?: number;
  /** Seconds for which a second call with the same arguments is answered with the first one's id; absent: it is a task of its own. */
  uniqueFor?: number;
  /** Who bears the risk when an attempt does not end well; absent: the configuration's. */
  acks?: AckPolicy;
  /** What the task itself says of that; the rest is the configuration's (core/settled-task.ts makes `acks` of both). */
  ownAcks?: Partial<AckPolicy>;
  /** The priority of calls that say none, 0 to 9. */
  priority?: number;
  /** Seconds after which calls that say nothing are not started any more. */
  expires?: number;
  trackStarted?: boolean;
  /** Keep failures though `ignoreResult` is set. */
  storeErrorsEvenIfIgnored?: boolean;
  /** False: the number and names of its arguments are not checked at the call. */
  typing?: boolean;
  /** Schemas of its arguments. */
  schemas?: ArgumentSchemas;
}

/** One declared parameter. */
export interface Parameter {
  name: string;
  /** Must be given, by position or by name. */
  required: boolean;
  /** Takes all further positional arguments (`...rest`); cannot be given by name. */
  rest: boolean;
}

/** Finds registered tasks by name; every door and the consumer are handed one. */
export interface TaskRegistry<T extends TaskDefinition = TaskDefinition> {
  get(name: string): T | undefined;
  names(): string[];
}
