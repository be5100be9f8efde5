import { flowerResult } from "../../core/wire/flower-task.ts";
import { requireScope } from "../doorkeeper.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { refusedProblem } from "../refused.ts";
import { WAIT_LIMIT } from "../wait.ts";
import { flowerAnswer } from "./answer.ts";
import { readFlowerCall } from "./flower-call.ts";
import { registeredTask } from "./registered-task.ts";

/**
 * `POST /api/task/apply/{taskname}`: submits a task as async-apply does and waits for its end, at most 60 seconds (Flower waits for ever): 200 with `task-id`,
 * `state` and, once it has ended however it did, `result`, and the `traceback` of a failure. The key needs the scope `read` too.
 */
export function apply(parts: HttpParts): RouteHandler {
  return async (c, visitor) => {
    requireScope(visitor, "read", "Waiting for a result");
    const call = await readFlowerCall(c, parts, registeredTask(c, parts));
    const submitted = await parts.broker(c.env).submit([call], { waitSeconds: WAIT_LIMIT });
    if (!submitted.ok) throw refusedProblem(submitted);
    const { record, ids } = submitted;
    return flowerAnswer(c, record === undefined ? JSON.stringify({ "task-id": ids[0], state: "PENDING" }) : flowerResult(record));
  };
}
