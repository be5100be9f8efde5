import type { Retry } from "../core/flow.ts";
import type { RetryRequest } from "../core/retry.ts";
import type { AnySignature, KindOf, Taking, ValueOf } from "./canvas/flow-types.ts";
import type { ResultOf } from "./canvas/signature.ts";

/** Celery's `self.request`: what the task is told of its own call. */
export interface TaskRequest {
  id: string;
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** How many times it was retried; 0 the first time. */
  retries: number;
  /** How many retries it may have; null: any number. */
  maxRetries: number | null;
  /** Which attempt this is, counted from 1; more than 1 after a lost lease, a `Reject` with `requeue` or a retry. */
  deliveries: number;
  /** Celery's `delivery_info`, what of it has a meaning here. `redelivered`: it was granted before, other than by a retry. */
  deliveryInfo: { routingKey: string; priority: number; redelivered: boolean };
  queue: string;
  /** The consumer that runs it. */
  hostname: string;
  eta: Date | null;
  expires: Date | null;
  /** The caller's own headers. */
  headers: Record<string, unknown>;
  /** The first task of all that led to this one; itself, if no task did. */
  rootId: string;
  /** The task that called it. */
  parentId: string | null;
  /** The group that it belongs to (Celery's `group_id`). */
  group: string | null;
  /** Celery's pair of time limits in seconds, hard and soft, as they hold for this attempt. */
  timelimit: [hard: number | null, soft: number | null];
  timeLimit: number | null;
  softTimeLimit: number | null;
  ignoreResult: boolean;
  /** The name that logs show instead of the task's. */
  shadow: string | null;
  /** Celery's stamps: the values by name, and the names that travel as headers. */
  stamps: Record<string, unknown>;
  stampedHeaders: string[];
  /** How many tasks were replaced (`replace`), one by the other, on the way to this one; 0: none. */
  replacedTaskNesting: number;
  /** The name of the beat entry that sent it. */
  periodicTaskName: string | null;
  /** It runs where it was called, by `apply` or `task_always_eager`. */
  isEager: boolean;
  /** The handler was called as a plain function: there is no task. */
  calledDirectly: boolean;
}

/** What `updateState` writes. */
export interface StateUpdate {
  /** A name of one's own, such as PROGRESS, or one of Celery's. Default: PROGRESS. */
  state?: string;
  /** Read as the task's `result` while it runs: anything that JSON holds, or an error. Default null. */
  meta?: unknown;
  /** Celery's `task_id`. Only the task's own: another task's state is for that task to write. */
  taskId?: string;
}

/** Celery's `get_task_logger`: lines in the worker's log that begin with the task's name and id. Values are shown as the console shows them. */
export interface TaskLogger {
  debug(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warning(...values: unknown[]): void;
  error(...values: unknown[]): void;
}

/** What a handler registered with `{ bind: true }` is given as its first parameter: Celery's `self`. */
export interface TaskContext {
  request: TaskRequest;
  /**
   * Aborted when the attempt is to stop: its task was terminated (a `TaskRevokedError`), its lease is lost (an AbortError), its soft time limit has passed
   * (`SoftTimeLimitExceeded`), or the hard one (`TimeLimitExceeded`). After the soft limit the handler may still clean up, and return or throw as it likes; in the
   * other cases what it does later is not accepted any more. A handler that computes without awaiting cannot see it, nor be ended: JavaScript runs on.
   */
  signal: AbortSignal;
  /** The Worker script's bindings. */
  env: unknown;
  log: TaskLogger;
  /**
   * Runs the task again later (Celery's `retry`): throws `Retry`, which is to be let through. When no retry is left it throws `exc`, or
   * `MaxRetriesExceededError` without one. With `throw: false` it answers the `Retry` instead, and the attempt ends with it however the handler goes on
   * (in Celery it would have two ends). Throws `RefusedCall` with every fault when it is asked for what cannot be.
   */
  retry(request?: RetryRequest & { throw?: true }): never;
  retry(request: RetryRequest & { throw: false }): Retry;
  /**
   * Hands the task's place over to a signature (Celery's `replace`): the attempt ends here, and the task ends as what takes its place does, with its value or its error, under
   * its own id. What follows the task (its callbacks, the next step of its chain, the chord that it is in) follows that. Throws `Replace`, which is to be let through:
   * `return self.replace(add.s(2, 2))`. A signature that may not be sent ends the task as FAILURE with the faults.
   * Throws `RefusedCall` for values that JSON cannot hold, and `CeleriacError` ("no_task") where the handler was called as a plain function.
   */
  replace<S extends AnySignature>(signature: S & Taking<S, []>): never;
  /**
   * Adds a signature to the header of the chord (or the group that something follows) which the task is a member of (Celery's `add_to_chord`): it is started at once, its value
   * stands after those that are there, and what follows waits for it too. Answers its result; null for a canvas with nothing in it. Throws `CeleriacError` ("no_chord") when the task is in none, ("lost") when the
   * attempt is not this consumer's any more, ("no_task") where there is no task, and `RefusedCall` with every fault.
   */
  addToChord<S extends AnySignature>(signature: S & Taking<S, []>): Promise<ResultOf<ValueOf<S>, KindOf<S>> | null>;
  /**
   * Shows a state and `meta` (progress) for as long as the task runs (Celery's `update_state`). Resolves when it can be read: true; or false,
   * and nothing was written, when the attempt is not this consumer's any more. Throws `RefusedCall` when the state is no name, when `meta` cannot be JSON of
   * at most 1,000,000 bytes, or for a failed state whose `meta` is no error.
   */
  updateState(update: StateUpdate): Promise<boolean>;
}
