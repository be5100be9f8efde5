import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { isTaskId } from "../task-id.ts";
import { messageAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";

/** A signal by its name, with or without `SIG`, or by its number. */
const SIGNAL = /^((SIG)?[A-Z][A-Z0-9]{1,9}|\d{1,2})$/;

/**
 * `POST /api/task/revoke/{task_id}` with `terminate` (default false) and `signal`: ends a task that waits at once, and sees to it that one that runs is not run again;
 * with `terminate` it ends too, as REVOKED. There are no processes: a signal means nothing but has to look like one. 200 for any id, known or not.
 */
export function revoke(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = c.req.param("id") ?? "";
    const form = await FlowerArguments.read(c);
    const terminate = form.flag("terminate", false);
    const signal = form.text("signal");
    if (signal !== undefined && !SIGNAL.test(signal))
      throw new Problem("bad_argument", `Invalid argument '${signal.slice(0, 100)}' of type 'signal'`);
    if (isTaskId(id)) await parts.broker(c.env).revoke([id.toLowerCase()], { terminate });
    return messageAnswer(c, `Revoked '${id}'`);
  };
}

/**
 * `POST /api/task/abort/{task_id}`: asks a task to end (Celery's `AbortableTask`): the `signal` of one that runs is aborted, and what waits does not start. It ends as
 * REVOKED at once, whatever it still returns (in Celery it shows ABORTED until then). 200 for any id, known or not.
 */
export function abort(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = c.req.param("id") ?? "";
    if (isTaskId(id)) await parts.broker(c.env).revoke([id.toLowerCase()], { terminate: true });
    return messageAnswer(c, `Aborted '${id}'`);
  };
}
