import type { Line } from "../core/call.ts";
import { lineageOf } from "../core/lineage.ts";
import { defaultRetryPolicy } from "../core/retry.ts";
import type { TaskDefinition } from "../core/task-definition.ts";
import type { SetTimeLimits, TimeLimits } from "../core/time-limits.ts";
import { declaredUnder, timeLimitsOf } from "../core/time-limits.ts";
import type { TaskRequest } from "./context.ts";

/** An attempt as its handler is told of it: the worker's running task, or one that runs where it was called. */
export interface RunningAttempt {
  readonly granted: {
    readonly id: string;
    readonly attempt: number;
    readonly retries?: number;
    readonly due?: number;
    readonly expires?: number;
  };
  readonly host: {
    readonly consumer: string;
    readonly queue: string;
    readonly timeLimits?: Readonly<Record<string, SetTimeLimits>> | undefined;
  };
  /** How it runs, if not by a consumer: by `apply` or `task_always_eager`, or called as a plain function. */
  readonly here?: "eager" | "direct";
}

/** Tells a task of its own call; without its definition where no such task is registered. */
export function describeRequest({ granted, host, here }: RunningAttempt, line: Line, definition?: TaskDefinition): TaskRequest {
  const retries = granted.retries ?? 0;
  const { hard, soft } = limitsOf(line, definition, host.timeLimits);
  const { rootId, parentId } = lineageOf(granted.id, undefined, { rootId: line.root_id, parentId: line.parent_id });
  return {
    id: granted.id,
    task: line.task,
    args: line.args ?? [],
    kwargs: line.kwargs ?? {},
    retries,
    maxRetries: line.max_retries !== undefined ? line.max_retries : (definition?.retry ?? defaultRetryPolicy).maxRetries,
    deliveries: granted.attempt,
    deliveryInfo: { routingKey: host.queue, priority: line.priority ?? 0, redelivered: granted.attempt > retries + 1 },
    queue: host.queue,
    hostname: host.consumer,
    eta: granted.due === undefined ? null : new Date(granted.due),
    expires: granted.expires === undefined ? null : new Date(granted.expires),
    headers: line.headers ?? {},
    rootId,
    parentId,
    group: line.group_id ?? null,
    timelimit: [hard, soft],
    timeLimit: hard,
    softTimeLimit: soft,
    ignoreResult: ignoresResult(line, definition),
    shadow: line.shadow ?? null,
    stamps: line.stamps ?? {},
    stampedHeaders: line.stamped_headers ?? [],
    replacedTaskNesting: line.replaced_task_nesting ?? 0,
    periodicTaskName: line.periodic_task_name ?? null,
    isEager: here === "eager",
    calledDirectly: here === "direct",
  };
}

/** The time limits of a call: its own, else those that were set for its task, else the task's. */
export function limitsOf(
  { task, timelimit: [hard, soft] = [null, null] }: Line,
  definition: TaskDefinition | undefined,
  set?: Readonly<Record<string, SetTimeLimits>>,
): TimeLimits {
  const declared = { soft: definition?.softTimeLimit, hard: definition?.timeLimit };
  return timeLimitsOf({ soft, hard }, declaredUnder(set?.[task], declared), {});
}

/** Whether any time limit holds, or might. Cheap: it is asked of every task. */
export function isLimited(
  { timelimit }: Line,
  { timeLimit = null, softTimeLimit = null }: TaskDefinition,
  set?: Readonly<Record<string, SetTimeLimits>>,
): boolean {
  return timelimit !== undefined || timeLimit !== null || softTimeLimit !== null || set !== undefined;
}

/** Whether the return value is not kept: the call's own say, else the task's. */
export function ignoresResult(line: Line, definition: TaskDefinition | undefined): boolean {
  return line.ignore_result ?? definition?.ignoreResult === true;
}
