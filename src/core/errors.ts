/**
 * Every error the product throws on purpose. Each has a `code` for programs and a message for people. Across RPC and HTTP
 * classes are lost: there compare `code`, never the class.
 */
import { didYouMean } from "./nearest.ts";

/** The base of all. Thrown itself, with the broker's code, when the broker refuses a call (`idempotency_mismatch`, `task_id_taken`, …). */
export class CeleriacError extends Error {
  /** What went wrong, as one word for programs, in snake_case; it does not change between versions. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CeleriacError";
    this.code = code;
  }
}

/** One thing that is wrong with a call. */
export interface Fault {
  /** Where: `args[1]`, `kwargs.z`, `countdown`, in camelCase; "" for the call as a whole. */
  path: string;
  /** What was expected and what came. Does not name an option by its TypeScript name, so that a door may rename `path`. */
  message: string;
}

/** Why a call was refused before it reached the broker. */
export type RefusalReason = "unknown_task" | "bad_arguments" | "unknown_queue" | "bad_option" | "too_large";

/** A call that was refused: nothing was sent. Holds every fault at once, and `code` is its `reason`. */
export class RefusedCall extends CeleriacError {
  readonly reason: RefusalReason;
  /** At least one. */
  readonly faults: Fault[];

  /** `task` is the name to begin the message with. */
  constructor(reason: RefusalReason, faults: Fault[], task?: string) {
    const text = faults.map((fault) => (fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`)).join("; ");
    super(reason, task === undefined ? text : `${task}: ${text}`);
    this.name = "RefusedCall";
    this.reason = reason;
    this.faults = faults;
  }
}

/** The app, `wrangler.toml` or a registration is wrong (Celery's `ImproperlyConfigured`). */
export class ImproperlyConfigured extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("improperly_configured", message, options);
    this.name = "ImproperlyConfigured";
  }
}

/** No task is registered under that name (Celery's `NotRegistered`): how a task ends whose handler is gone. */
export class NotRegistered extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("not_registered", message, options);
    this.name = "NotRegistered";
  }
}

/** The broker holds as many unfinished tasks as it may (`broker_backlog_limit`): nothing was sent, and the same call may be made again later. */
export class BacklogFull extends CeleriacError {
  /** In how many seconds there will be room, as tasks have ended lately; 1 to 60. Default, for a broker that does not say: 5. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds = 5, options?: ErrorOptions) {
    super("backlog_full", message, options);
    this.name = "BacklogFull";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The result was not there in time (Celery's `TimeoutError`). The task goes on. */
export class TimeoutError extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("timeout", message, options);
    this.name = "TimeoutError";
  }
}

/** The task's consumer was lost while it ran, too often to try again (Celery's `WorkerLostError`). */
export class WorkerLostError extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("worker_lost", message, options);
    this.name = "WorkerLostError";
  }
}

/** The task ended as REVOKED (Celery's `TaskRevokedError`); the message says why: `revoked`, `terminated`, `expired`, `purged`. */
export class TaskRevokedError extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("task_revoked", message, options);
    this.name = "TaskRevokedError";
  }
}

/** The handler returned what JSON cannot hold (Celery's `EncodeError`). */
export class EncodeError extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("encode_error", message, options);
    this.name = "EncodeError";
  }
}

/** No task was ever given that id. */
export class NotFound extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("not_found", message, options);
    this.name = "NotFound";
  }
}

/** The id was given, but its result is gone (Celery's `result_expires`). */
export class ResultExpired extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("result_expired", message, options);
    this.name = "ResultExpired";
  }
}

/** What to say of a name that no task has: names the nearest one, else where tasks are registered. */
export function unknownTask(name: string, known: readonly string[]): string {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const hint = didYouMean(name, known) || (known.length === 0 ? "; no task is registered" : "; register it with app.task(name, handler)");
  return `no task is registered under the name '${shown}'${hint}`;
}
