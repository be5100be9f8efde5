import type { Config } from "../config.ts";
import type { TaskDefinition, TaskRegistry } from "../task-definition.ts";

/** What a canvas is composed under. */
export interface CanvasSetting {
  /** The settled tasks (core/settled-task.ts). */
  registry: TaskRegistry<TaskDefinition>;
  config: Config;
  /** Milliseconds since 1970. */
  now: number;
  /** The running task that makes the canvas, if one does. */
  parent?: { id: string; rootId: string; priority: number };
}
