import type { Call } from "../../core/call.ts";
import type { HttpContext, HttpParts, RouteHandler } from "../parts.ts";
import { refusedProblem } from "../refused.ts";
import { flowerAnswer } from "./answer.ts";
import { readFlowerCall } from "./flower-call.ts";
import { registeredTask } from "./registered-task.ts";

/**
 * `POST /api/task/async-apply/{taskname}`: submits a task, whose body is read by `readFlowerCall`. 200 with `{"task-id", "state"}`; 404 for a task that
 * is not registered, 400 for a body that does not fit, 409 for a `task_id` that is taken, 429 while the broker is full.
 */
export function asyncApply(parts: HttpParts): RouteHandler {
  return async (c) => submit(c, parts, await readFlowerCall(c, parts, registeredTask(c, parts)));
}

/**
 * `POST /api/task/send-task/{taskname}`: as async-apply, of any name: a task that no consumer knows ends as FAILURE `NotRegistered`, and one that
 * is registered has its own options.
 */
export function sendTask(parts: HttpParts): RouteHandler {
  return async (c) => {
    const name = c.req.param("name") ?? "";
    return submit(c, parts, await readFlowerCall(c, parts, parts.registry.get(name) ?? { name }));
  };
}

async function submit(c: HttpContext, parts: HttpParts, call: Call): Promise<Response> {
  const submitted = await parts.broker(c.env).submit([call]);
  if (!submitted.ok) throw refusedProblem(submitted);
  return flowerAnswer(c, JSON.stringify({ "task-id": submitted.ids[0], state: "PENDING" }));
}
