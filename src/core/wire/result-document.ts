import type { Line } from "../call.ts";
import type { TaskRecord } from "../result.ts";
import { isFinal } from "../state.ts";

/**
 * Celery's result document (with `result_extended`) as JSON text. `result` is null until the task is final, and for a
 * success whose result was to be ignored; `date_done` is null until then, too. Times are ISO-8601 UTC. A task that
 * belongs to no workflow has itself as root and neither parent, group nor children. The stored result is spliced in as it stands.
 */
export function renderResult(record: TaskRecord): string {
  // A line was made by composeCall.
  const line = JSON.parse(record.line) as Line;
  const ignored = line.ignore_result === true && record.state === "SUCCESS";
  const result = isFinal(record.state) && !ignored ? (record.result ?? "null") : "null";
  const id = JSON.stringify(record.id);
  return (
    `{"task_id":${id},"status":"${record.state}","result":${result},"traceback":${JSON.stringify(record.traceback)}` +
    `,"children":[],"date_done":${renderTime(record.doneAt)},"name":${JSON.stringify(line.task)}` +
    `,"args":${JSON.stringify(line.args ?? [])},"kwargs":${JSON.stringify(line.kwargs ?? {})},"queue":${JSON.stringify(record.queue)}` +
    `,"retries":${record.retries},"worker":${JSON.stringify(record.worker)},"parent_id":null,"root_id":${id},"group_id":null` +
    `,"date_received":${renderTime(record.receivedAt)},"date_started":${renderTime(record.startedAt)},"eta":${renderTime(record.eta)}}`
  );
}

function renderTime(instant: number | null): string {
  return instant === null ? "null" : `"${new Date(instant).toISOString()}"`;
}
