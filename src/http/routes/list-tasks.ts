import { taskDocument } from "../../core/wire/task-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/** `GET /v1/tasks`: the registered tasks, by name. */
export function listTasks(parts: HttpParts): RouteHandler {
  return async (c) => {
    const config = parts.config(c.env);
    const tasks = parts.registry
      .names()
      .toSorted()
      .flatMap((name) => {
        const task = parts.registry.get(name);
        return task === undefined ? [] : [taskDocument(task, config)];
      });
    return jsonAnswer(JSON.stringify({ tasks }));
  };
}
