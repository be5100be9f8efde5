import type { Line } from "../call.ts";
import type { TaskRecord } from "../result.ts";

/**
 * Celery's result document (with `result_extended`) as JSON text. Until the task is final `result` is the error of RETRY or the meta of a custom
 * state, else null, as it is for a success whose result was to be ignored; `date_done` is null until then. Times are ISO-8601 UTC. `children` are
 * Celery's result tuples, `[[id, parent], children]`, of the tasks that it called. A task that belongs to no workflow has itself as root and
 * neither parent nor group. The stored result is spliced in as it stands.
 */
export function renderResult(record: TaskRecord): string {
  // A line was made by composeCall.
  const line = JSON.parse(record.line) as Line;
  const ignored = line.ignore_result === true && record.state === "SUCCESS";
  const result = ignored ? "null" : (record.result ?? "null");
  const id = JSON.stringify(record.id);
  const children = JSON.stringify((record.children ?? []).map((child) => [[child, null], null]));
  return (
    `{"task_id":${id},"status":${JSON.stringify(record.state)},"result":${result},"traceback":${JSON.stringify(record.traceback)}` +
    `,"children":${children},"date_done":${renderTime(record.doneAt)},"name":${JSON.stringify(line.task)}` +
    `,"args":${JSON.stringify(line.args ?? [])},"kwargs":${JSON.stringify(line.kwargs ?? {})},"queue":${JSON.stringify(record.queue)}` +
    `,"retries":${record.retries},"worker":${JSON.stringify(record.worker)},"parent_id":${renderId(line.parent_id)}` +
    `,"root_id":${renderId(line.root_id, id)},"group_id":${renderId(line.group_id)}` +
    `,"date_received":${renderTime(record.receivedAt)},"date_started":${renderTime(record.startedAt)},"eta":${renderTime(record.eta)}}`
  );
}

function renderId(id: string | undefined, otherwise = "null"): string {
  return id === undefined ? otherwise : JSON.stringify(id);
}

function renderTime(instant: number | null): string {
  return instant === null ? "null" : `"${new Date(instant).toISOString()}"`;
}
