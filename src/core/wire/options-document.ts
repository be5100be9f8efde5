import type { Line } from "../call.ts";
import type { TaskRecord } from "../result.ts";

/**
 * The options that a task was called with, under the names by which a call takes them: those that were said, and `expires` as an instant (ISO 8601). Not among them: its
 * queue and its eta, which its result document tells, its id, and what the broker keeps to itself (idempotency key, concurrency key).
 */
export function optionsDocument({ line: text, expires }: Pick<TaskRecord, "line" | "expires">): Record<string, unknown> {
  // A line was made by composeCall.
  const line = JSON.parse(text) as Line;
  const [hard, soft] = line.timelimit ?? [];
  const options: Record<string, unknown> = {
    expires: expires === null ? undefined : new Date(expires).toISOString(),
    priority: line.priority,
    headers: line.headers,
    ignore_result: line.ignore_result,
    shadow: line.shadow,
    time_limit: hard ?? undefined,
    soft_time_limit: soft ?? undefined,
    max_retries: line.max_retries,
    stamps: line.stamps,
    stamped_headers: line.stamped_headers,
  };
  // null says nothing as an option, so that any number of retries cannot be said again: the task's own limit holds.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
}
