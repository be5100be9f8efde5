import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import type { TaskContext } from "./context.ts";
import type { EagerTask } from "./eager-attempt.ts";
import { EagerAttempt } from "./eager-attempt.ts";

/**
 * What a bound handler is given that is called as a plain function: there is no task, so its id is "", it has no queue, and `retry` throws the error that
 * it is for, or `Retry`.
 */
export function directContext(definition: EagerTask, args: unknown[], { clock, env }: { clock?: Clock; env?: unknown } = {}): TaskContext {
  const line = { task: definition.name, args };
  const nowhere = { id: "", queue: "", retries: 0, here: "direct" } as const;
  return new EagerAttempt({ ...nowhere, definition, line, clock: clock ?? systemClock, env }).context;
}
