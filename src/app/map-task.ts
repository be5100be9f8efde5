import type { Line } from "../core/call.ts";
import { isPlainObject } from "../core/json-value.ts";
import type { TaskRegistry } from "../core/task-definition.ts";
import type { EagerTask } from "./eager-attempt.ts";

/** How each of Celery's built-in tasks hands an item of its list to the task that it calls: as the one argument, or as all of them. */
const ARGUMENTS: Readonly<Record<string, (item: unknown) => unknown[]>> = {
  "celery.map": (item) => [item],
  "celery.starmap": (item) => (Array.isArray(item) ? item : [item]),
};

/**
 * The task behind a call of `celery.map` or `celery.starmap` (`task.map(it)`, `task.starmap(it)`, and each chunk of `task.chunks(it, n)`): calls another for one item after the
 * other, within this one attempt, and returns the list of its values. An item that throws ends it all, as the inner task's own error would. Undefined for every other call, and
 * when no task is registered under the inner name.
 */
export function mapTask({ task: name, kwargs = {} }: Line, registry: TaskRegistry<EagerTask>): EagerTask | undefined {
  const argumentsOf = Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name] : undefined;
  const inner = argumentsOf && isPlainObject(kwargs.task) ? registry.get(String(kwargs.task.task)) : undefined;
  if (argumentsOf === undefined || inner === undefined) return undefined;
  return {
    name,
    typing: false,
    async run(context, _args, { it }) {
      const values: unknown[] = [];
      for (const item of Array.isArray(it) ? it : []) {
        context.signal.throwIfAborted();
        values.push(await inner.run(context, argumentsOf(item), {}));
      }
      return values;
    },
  };
}
