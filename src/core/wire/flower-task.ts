import type { Line } from "../call.ts";
import type { TaskRecord } from "../result.ts";
import { isFinal } from "../state.ts";
import { VIRTUAL_WORKER } from "../virtual-worker.ts";
import { exceptionRepr, pythonRepr } from "./python-repr.ts";

/**
 * A task as Flower's `/api/task/info` and `/api/tasks` show it. Times are seconds since 1970, `eta` and `expires` ISO-8601 with an offset; `args`, `kwargs`,
 * `result` and `exception` are Python's `repr`, whole (Celery's events cut them). `worker` is the deployment's one worker once a consumer
 * took the task, else null. When a retry was decided is not kept: `retried` is null. `clock` is 0, for there is no logical clock.
 */
export function flowerTask(record: TaskRecord): Record<string, unknown> {
  // A line was made by composeCall.
  const line = JSON.parse(record.line) as Line;
  const { id, state } = record;
  const done = seconds(record.doneAt);
  const fails = state === "FAILURE" || state === "RETRY";
  const root = line.root_id ?? id;
  const parent = line.parent_id ?? null;
  return {
    uuid: id,
    "task-id": id,
    name: line.task,
    state,
    sent: seconds(record.receivedAt),
    received: seconds(record.receivedAt),
    started: seconds(record.startedAt),
    rejected: null,
    succeeded: state === "SUCCESS" ? done : null,
    failed: state === "FAILURE" ? done : null,
    retried: null,
    revoked: state === "REVOKED" ? done : null,
    args: pythonRepr(line.args ?? []),
    kwargs: pythonRepr(line.kwargs ?? {}),
    eta: isoTime(record.eta),
    expires: isoTime(record.expires),
    retries: record.retries,
    result: state === "SUCCESS" ? pythonRepr(JSON.parse(resultOf(record, line))) : null,
    exception: fails ? exceptionRepr(parse(record.result)) : null,
    timestamp: seconds(record.doneAt ?? record.startedAt ?? record.receivedAt),
    runtime: state === "SUCCESS" && record.doneAt !== null && record.startedAt !== null ? (record.doneAt - record.startedAt) / 1000 : null,
    traceback: fails ? record.traceback : null,
    exchange: "",
    routing_key: record.queue,
    clock: 0,
    client: null,
    root,
    root_id: root,
    parent,
    parent_id: parent,
    children: record.children ?? [],
    worker: record.worker === null ? null : VIRTUAL_WORKER,
  };
}

/**
 * A task as Flower's `/api/task/result` and `/api/task/apply` show it, as JSON text: `result` is there once it is final, the value itself of a success,
 * Python's `repr` of the error otherwise; `traceback` of a failure only.
 */
export function flowerResult(record: TaskRecord): string {
  const { id, state, traceback } = record;
  const head = `{"task-id":${JSON.stringify(id)}`;
  const tail = `,"state":${JSON.stringify(state)}}`;
  if (!isFinal(state)) return head + tail;
  if (state === "SUCCESS") return `${head},"result":${resultOf(record, JSON.parse(record.line) as Line)}${tail}`;
  const error = JSON.stringify(exceptionRepr(parse(record.result)));
  return `${head},"result":${error}${state === "FAILURE" ? `,"traceback":${JSON.stringify(traceback)}` : ""}${tail}`;
}

/** What a success answers with, as JSON text; null when its result was to be ignored. */
function resultOf(record: TaskRecord, line: Line): string {
  return line.ignore_result === true ? "null" : (record.result ?? "null");
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function seconds(instant: number | null): number | null {
  return instant === null ? null : instant / 1000;
}

/** Python's `isoformat` of an aware datetime, always with microseconds. */
function isoTime(instant: number | null): string | null {
  return instant === null ? null : `${new Date(instant).toISOString().slice(0, -1)}000+00:00`;
}
