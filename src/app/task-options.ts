import { ImproperlyConfigured } from "../core/errors.ts";
import { describeValue, isPlainObject } from "../core/json-value.ts";
import { didYouMean } from "../core/nearest.ts";
import type { TaskHooks } from "./task-hooks.ts";

/** How a task is registered: the third argument of `app.task`. Names are Celery's, in camelCase. */
export interface TaskOptions extends TaskHooks {
  /**
   * The names of the parameters, in order: `["x", "y?", "...rest"]`, without the context of a bound task. They allow `kwargs` and have the
   * number of arguments checked where the call is made. A name without `?` is required, unless the handler has a default for it; an
   * optional TypeScript parameter (`y?: number`) needs its `?` here too. Default: none declared; `kwargs` are refused and any
   * number of arguments is let through.
   */
  parameters?: readonly string[];
  /** Hand the handler its `TaskContext` (Celery's `self`) as first parameter. Default false. */
  bind?: boolean;
  /** The queue that calls go to unless they name one. Default: `task_default_queue`. */
  queue?: string;
  /** Do not keep the return value (Celery's `ignore_result`). Default false. */
  ignoreResult?: boolean;
  /**
   * Take the express lane: on an idle queue the broker hands a call straight to the Worker script's own code instead of ringing a
   * bell, so that the answer comes in milliseconds. For short work (at most some seconds) that mostly waits: it may share the
   * broker's thread, so CPU-heavy work holds up everybody. Default false.
   */
  express?: boolean;
  /** One line for people, shown in `GET /v1/tasks`. */
  doc?: string;
}

interface Check {
  expected: string;
  accepts(value: unknown): boolean;
}

const FUNCTION: Check = { expected: "a function", accepts: (value) => typeof value === "function" };

const CHECKS: Record<keyof TaskOptions, Check> = {
  parameters: { expected: 'an array of names such as ["x", "y?", "...rest"]', accepts: Array.isArray },
  bind: { expected: "true or false", accepts: isBoolean },
  queue: { expected: "the name of a queue", accepts: (value) => typeof value === "string" && value !== "" },
  ignoreResult: { expected: "true or false", accepts: isBoolean },
  express: { expected: "true or false", accepts: isBoolean },
  doc: { expected: "a line of text", accepts: (value) => typeof value === "string" },
  beforeStart: FUNCTION,
  onSuccess: FUNCTION,
  onFailure: FUNCTION,
  onRetry: FUNCTION,
  afterReturn: FUNCTION,
};

/** Refuses what is no `TaskOptions`, for programs that were not type-checked: `ImproperlyConfigured` names every fault, after `where`. */
export function checkTaskOptions(options: unknown, where: string): void {
  if (!isPlainObject(options)) throw new ImproperlyConfigured(`${where}: expected an object of options, got ${describeValue(options)}`);
  const faults: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (!isOptionName(name)) {
      const names = Object.keys(CHECKS);
      faults.push(`'${name}' is no option of a task${didYouMean(name, names) || `; there are ${names.join(", ")}`}`);
    } else if (value !== undefined && !CHECKS[name].accepts(value)) {
      faults.push(`${name}: expected ${CHECKS[name].expected}, got ${describeValue(value)}`);
    }
  }
  if (faults.length > 0) throw new ImproperlyConfigured(`${where}: ${faults.join("; ")}`);
}

function isOptionName(name: string): name is keyof TaskOptions {
  return Object.hasOwn(CHECKS, name);
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}
