import { unknownTask } from "../../core/errors.ts";
import type { TaskDefinition } from "../../core/task-definition.ts";
import type { HttpContext, HttpParts } from "../parts.ts";
import { Problem } from "../problem.ts";

/** The registered task that a path names. @throws Problem `unknown_task` */
export function registeredTask(c: HttpContext, { registry }: HttpParts): TaskDefinition {
  const name = c.req.param("name") ?? "";
  const definition = registry.get(name);
  if (definition === undefined)
    throw new Problem("unknown_task", `Unknown task '${name.slice(0, 200)}': ${unknownTask(name, registry.names())}`);
  return definition;
}
