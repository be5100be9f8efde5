import type { TaskDefinition, TaskRegistry } from "../../src/core/task-definition.ts";
import { vectorTasks } from "../../test/core/canvas/run-canvas.ts";

/** The tasks of random canvases. */
export const CANVAS_TASKS: ReadonlySet<string> = new Set(["tasks.identity", "tasks.xsum", "tasks.fail"]);

/** They as the doors see them. */
export const canvasRegistry: TaskRegistry<TaskDefinition> = {
  get: (name) => (CANVAS_TASKS.has(name) ? { name, typing: false } : undefined),
  names: () => [...CANVAS_TASKS],
};

/** Does what such a task does; throws what it fails with. */
export function runCanvasTask(name: string, args: unknown[]): unknown {
  return vectorTasks[name]?.(args, {});
}
