import { flowerTask } from "../../core/wire/flower-task.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { isTaskId } from "../task-id.ts";
import { flowerAnswer } from "./answer.ts";

/** `GET /api/task/info/{task_id}`: all that is known of a task (core/wire/flower-task.ts). 404 for an id that was never given, or whose result has expired. */
export function taskInfo(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = c.req.param("id") ?? "";
    const lookup = isTaskId(id) ? await parts.broker(c.env).result(id.toLowerCase(), 0) : undefined;
    if (lookup?.found !== true) throw new Problem("unknown_id", `Unknown task '${id.slice(0, 80)}'`);
    return flowerAnswer(c, JSON.stringify(flowerTask(lookup.record)));
  };
}
