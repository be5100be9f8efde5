import type { Schema } from "./route-about.ts";
import { anyObject, anything, count, flag, id, listOf, number, objectOf, orNull, text, time, told } from "./schemas.ts";

const NAME: Schema = { type: ["string", "null"], minLength: 1, maxLength: 255 };
const LIMIT: Schema = { type: ["number", "null"], exclusiveMinimum: 0 };

/** What a call may have; null says nothing, as Python's None. The checks themselves are core's (`readCall`, `findOptionFaults`); a test holds both together. */
const CALL: Readonly<Record<string, Schema>> = {
  args: told({ type: ["array", "null"], items: {} }, "Positional arguments."),
  kwargs: told({ type: ["object", "null"], additionalProperties: true }, "Keyword arguments."),
  countdown: told({ type: ["number", "null"], minimum: 0 }, "Seconds from now before the task may run. Not together with eta."),
  eta: told(
    { type: ["string", "null"] },
    "ISO-8601 time before which the task does not run; without an offset it is one of the setting timezone.",
  ),
  expires: told({ type: ["number", "string", "null"] }, "Seconds from now, or an ISO-8601 time, after which the task is not run any more."),
  task_id: told({ type: ["string", "null"], format: "uuid" }, "An id of the caller's choice; 409 when it is taken."),
  queue: told(NAME, "One of task_queues."),
  priority: told({ type: ["integer", "null"], minimum: 0, maximum: 9 }, "9 first."),
  headers: told({ type: ["object", "null"], additionalProperties: true }, "Goes with the task; its code can read it."),
  ignore_result: told({ type: ["boolean", "null"] }, "Keep the state only, not the result."),
  shadow: told(NAME, "Another name for logs."),
  idempotency_key: told(NAME, "The same key again within 24 h answers the first call's task_id."),
  time_limit: told(LIMIT, "Seconds after which the task is ended."),
  soft_time_limit: told(LIMIT, "Seconds after which the task is told to end."),
  max_retries: told({ type: ["integer", "null"], minimum: 0 }, "How often it may be tried again; null: as the task says."),
  concurrency_key: told(NAME, "Tasks of the same key share the task's concurrency limit."),
  stamps: told({ type: ["object", "null"], additionalProperties: true }, "Celery's stamps: values to revoke by."),
  stamped_headers: told({ type: ["array", "null"], items: text }, "The names of stamps."),
};

const ATTEMPT = objectOf({
  status: told(text, "RETRY, REJECTED, LOST (its consumer was lost); of the last one the task's own."),
  worker: orNull(text),
  date_started: time,
  date_done: orNull(time),
  error: told(orNull(text), "What it was retried for, in a line."),
});

/** The schemas that several routes share, by their names in the document. */
export const COMPONENTS: Readonly<Record<string, Schema>> = {
  Problem: told(
    objectOf(
      { type: text, title: text, status: { type: "integer" }, detail: text },
      { optional: { errors: told(listOf(objectOf({ path: text, message: text })), "One for each field at fault, at most 100.") } },
    ),
    "A refusal (RFC 9457). Nothing was changed.",
  ),
  Call: told(objectOf({}, { optional: CALL }), "One call of a task: its arguments and the options of apply_async."),
  NamedCall: told(objectOf({ task: text }, { optional: CALL }), "A call that also names its task."),
  Submitted: told(
    objectOf({ task_id: id }, { optional: { status: text, duplicate: { const: true } } }),
    "The id of an accepted task; duplicate when its idempotency key was used before.",
  ),
  Result: told(
    objectOf(
      {
        task_id: id,
        status: told(text, "PENDING, RECEIVED, STARTED, RETRY, SUCCESS, FAILURE, REVOKED, or a state of the task's own."),
        result: told(anything, "What the task answered; for a failure an object of exc_type, exc_message and exc_module."),
        traceback: orNull(text),
        children: { type: "array", items: {} },
        date_done: orNull(time),
        name: text,
        args: { type: "array", items: {} },
        kwargs: anyObject,
        queue: text,
        retries: count,
        worker: orNull(text),
        parent_id: orNull(text),
        root_id: orNull(text),
        group_id: orNull(text),
        date_received: orNull(time),
        date_started: orNull(time),
        eta: orNull(time),
      },
      {
        optional: { duplicate: { const: true }, attempts: told(listOf(ATTEMPT), "Each attempt, oldest first, where they are asked for.") },
        open: true,
      },
    ),
    "Celery's result document.",
  ),
  Task: told(
    objectOf(
      {
        name: text,
        doc: orNull(text),
        parameters: { type: ["array", "null"], items: objectOf({ name: text, required: flag, rest: flag }) },
        schema: { type: ["object", "null"], additionalProperties: true },
        queue: text,
        ignore_result: flag,
        express: flag,
      },
      { open: true },
    ),
    "A registered task and those of its options that are set.",
  ),
  Queue: objectOf({ queue: text, ready: count, scheduled: count, active: count, paused: flag, oldest_age: orNull(number) }),
  Entry: told(
    objectOf(
      {
        name: text,
        enabled: flag,
        source: text,
        next_run_at: orNull(time),
        last_run_at: orNull(time),
        total_run_count: count,
        last_task_id: orNull(text),
        first_seen: orNull(time),
      },
      { open: true },
    ),
    "A beat entry: what was written, and what beat knows of it.",
  ),
  Schedule: told(
    { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "string" }, { type: "object", additionalProperties: true }] },
    "Seconds; a crontab of five fields; or an object of an interval, a crontab, a solar event or an instant.",
  ),
};
