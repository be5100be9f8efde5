import type { TaskContext } from "../app/context.ts";
import type { Signals } from "../app/signals.ts";
import type { TaskHooks } from "../app/task-hooks.ts";
import type { Clock, Timers } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { TaskLog } from "./task-log.ts";

/** A registered task as the worker needs it: `Task` of app/task.ts, or a test's own. */
export interface RunnableTask extends TaskDefinition {
  /** What it does around its attempts; absent: nothing. */
  hooks?: TaskHooks;
  /** What the handler returns, awaited or not: one that answers at once should not be made a promise, see `Attempt`. */
  run(context: TaskContext, args: unknown[], kwargs: Record<string, unknown>): unknown;
}

/** What running a task takes. */
export interface RunParts {
  registry: TaskRegistry<RunnableTask>;
  clock: Clock;
  log: TaskLog;
  /** For time limits. Default: the platform's. */
  timers?: Timers;
  /** For the jitter of automatic retries: from 0 up to 1. Default: the platform's. */
  chance?: () => number;
  /** What canvases are composed under, and on whose wall arguments that are naive times are (`timezone`). Default: the defaults. */
  config?: Config;
  /** Default: nobody listens. */
  signals?: Signals;
}
