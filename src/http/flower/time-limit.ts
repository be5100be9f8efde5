import { findSetLimitFaults } from "../../core/time-limits.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { messageAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";
import { knownWorker } from "./known-worker.ts";
import { registeredTask } from "./registered-task.ts";

/**
 * `POST /api/task/timeout/{taskname}` with `soft` and `hard` in seconds and `workername`, which may be left out: the task's time limits on all consumers, lasting; with neither it is
 * as the task declares again. 404 for an unknown task, then for an unknown worker; 403 for what is no limit.
 */
export function timeLimit(parts: HttpParts): RouteHandler {
  return async (c) => {
    const form = await FlowerArguments.read(c);
    const { name } = registeredTask(c, parts);
    const worker = form.text("workername");
    if (worker !== undefined) knownWorker(worker);
    const [soft, hard] = [form.number("soft"), form.number("hard")];
    const [fault] = findSetLimitFaults({ soft, hard });
    if (fault !== undefined) throw new Problem("worker_refuses", `Failed to set timeouts: '${fault.path}: ${fault.message}'`);
    await parts.broker(c.env).timeLimit({ name, soft, hard });
    return messageAnswer(c, "time limits set successfully");
  };
}
