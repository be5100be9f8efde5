import { flowerResult } from "../../core/wire/flower-task.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { isTaskId } from "../task-id.ts";
import { WAIT_LIMIT } from "../wait.ts";
import { flowerAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";

/**
 * `GET /api/task/result/{task_id}`: 200 with `task-id`, `state` and, once the task has ended, `result`, and the `traceback` of a failure. An id that was never
 * given, or whose result has expired, is PENDING, as Celery has it. With `?timeout=5` the answer is held until the end, so many seconds at most and never over
 * 60; what has not ended then is answered with the state it has. 400 for a timeout that is no such number.
 */
export function taskResult(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = c.req.param("id") ?? "";
    const timeout = (await FlowerArguments.read(c)).number("timeout") ?? 0;
    if (timeout < 0) throw new Problem("bad_argument", `Invalid argument '${timeout}': expected a timeout of 0 seconds or more`);
    if (isTaskId(id)) {
      const lookup = await parts.broker(c.env).result(id.toLowerCase(), Math.min(timeout, WAIT_LIMIT));
      if (lookup.found) return flowerAnswer(c, flowerResult(lookup.record));
    }
    return flowerAnswer(c, JSON.stringify({ "task-id": id, state: "PENDING" }));
  };
}
