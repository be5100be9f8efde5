import type { TaskDefinition } from "../task-definition.ts";

/**
 * A registered task as `GET /v1/tasks` shows it. `parameters` is null where none were declared (such a task takes any
 * `args` and no `kwargs`); `queue` is the task's own, or `defaultQueue`.
 */
export function taskDocument(task: TaskDefinition, defaultQueue: string): Record<string, unknown> {
  return {
    name: task.name,
    doc: task.doc ?? null,
    parameters: task.parameters?.map(({ name, required, rest }) => ({ name, required, rest })) ?? null,
    queue: task.queue ?? defaultQueue,
    ignore_result: task.ignoreResult ?? false,
    express: task.express ?? false,
  };
}
