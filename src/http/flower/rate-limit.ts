import { readRateLimit } from "../../core/rate-limit.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { messageAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";
import { knownWorker } from "./known-worker.ts";
import { registeredTask } from "./registered-task.ts";

/**
 * `POST /api/task/rate-limit/{taskname}` with `ratelimit` (`200`, `11/m`, `1/s`; `0`: none) and `workername`, which may be left out: the task's rate over all consumers,
 * lasting. 404 for an unknown task, then for an unknown worker; 403 for what is no rate.
 */
export function rateLimit(parts: HttpParts): RouteHandler {
  return async (c) => {
    const form = await FlowerArguments.read(c);
    const text = form.required("ratelimit");
    const { name } = registeredTask(c, parts);
    const worker = form.text("workername");
    if (worker !== undefined) knownWorker(worker);
    const rate = readRateLimit(text);
    if ("fault" in rate) {
      const reason = `Failed to set rate limit: 'Invalid rate limit string'; ${rate.fault}`;
      throw new Problem("worker_refuses", reason);
    }
    await parts.broker(c.env).limit({ name, perSecond: rate.perSecond });
    return messageAnswer(c, "new rate limit set successfully");
  };
}
