/** The errors by which the rules of retries and time limits end an attempt. The base and all others are in errors.ts. */
import { CeleriacError } from "./errors.ts";

/** The task was to be retried once more than `max_retries` allows, and no error of its own was given (Celery's class of that name). */
export class MaxRetriesExceededError extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("max_retries_exceeded", message, options);
    this.name = "MaxRetriesExceededError";
  }
}

/** The soft time limit has passed: `signal.reason` while the handler may still clean up (Celery's class of that name). */
export class SoftTimeLimitExceeded extends CeleriacError {
  constructor(message = "SoftTimeLimitExceeded()", options?: ErrorOptions) {
    super("soft_time_limit_exceeded", message, options);
    this.name = "SoftTimeLimitExceeded";
  }
}

/** The hard time limit has passed: how the attempt ends, whatever the handler does later (Celery's class of that name). */
export class TimeLimitExceeded extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("time_limit_exceeded", message, options);
    this.name = "TimeLimitExceeded";
  }
}

/** The content was made by a serializer that is not accepted, or cannot be read (kombu's `DecodeError`). */
export class DecodeError extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("decode_error", message, options);
    this.name = "DecodeError";
  }
}
