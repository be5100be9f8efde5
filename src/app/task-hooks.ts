import type { TaskContext } from "./context.ts";

/** What a hook is told of an error (Celery's `einfo`). */
export interface ErrorInfo {
  /** The name of its class. */
  type: string;
  exception: unknown;
  /** Its stack as text; null where it has none. */
  traceback: string | null;
}

/**
 * What a task does around its attempts: Celery's handlers of these names, with its arguments and, as the last one, the context that Celery has in
 * `self`. They may be async and are awaited; what they return counts for nothing. They run before the outcome is reported (in Celery:
 * after the result is stored), so who sees a result knows that its hooks are done; and a consumer that is lost meanwhile runs the task, hooks
 * and all, again.
 *
 * An error in `beforeStart` is the attempt's own, though never one for `autoretryFor`. One in any other hook is logged, tells
 * `task_internal_error`, and changes nothing: the work was done. (In Celery it makes a failure of what succeeded, if the result backend lets it.)
 *
 * In order: `beforeStart`, the handler, then `onSuccess` and `afterReturn`, or `onFailure` and `afterReturn`, or `onRetry` alone. After
 * `Ignore`, `Reject`, a revoke, or with a lease that was lost none of them is called. After the hard time limit `onFailure` and `afterReturn` are.
 */
export interface TaskHooks {
  beforeStart?(taskId: string, args: unknown[], kwargs: Record<string, unknown>, context: TaskContext): unknown;
  onSuccess?(retval: unknown, taskId: string, args: unknown[], kwargs: Record<string, unknown>, context: TaskContext): unknown;
  onFailure?(
    exc: unknown,
    taskId: string,
    args: unknown[],
    kwargs: Record<string, unknown>,
    einfo: ErrorInfo,
    context: TaskContext,
  ): unknown;
  onRetry?(exc: unknown, taskId: string, args: unknown[], kwargs: Record<string, unknown>, einfo: ErrorInfo, context: TaskContext): unknown;
  /** `status` is SUCCESS or FAILURE; `retval` what the handler returned or threw. */
  afterReturn?(
    status: "SUCCESS" | "FAILURE",
    retval: unknown,
    taskId: string,
    args: unknown[],
    kwargs: Record<string, unknown>,
    einfo: ErrorInfo | null,
    context: TaskContext,
  ): unknown;
}

/** The names of the hooks. */
export const HOOK_NAMES = ["beforeStart", "onSuccess", "onFailure", "onRetry", "afterReturn"] as const satisfies (keyof TaskHooks)[];

/** The hooks among a task's options; undefined when there is none. */
export function hooksOf(options: TaskHooks): TaskHooks | undefined {
  const given = HOOK_NAMES.filter((name) => options[name] !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given.map((name) => [name, options[name]]));
}
