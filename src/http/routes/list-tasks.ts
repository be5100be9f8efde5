import { taskDocument } from "../../core/wire/task-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, listOf, named, objectOf } from "../openapi/schemas.ts";
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

/** What `GET /openapi.json` tells of it. */
export const listTasksAbout: RouteAbout = {
  id: "listTasks",
  tag: "tasks",
  summary: "List the registered tasks",
  answers: { 200: json("By name.", objectOf({ tasks: listOf(named("Task")) })) },
};
