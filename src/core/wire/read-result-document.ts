import type { Line } from "../call.ts";
import type { TaskRecord } from "../result.ts";

/** Celery's result document as JSON gives it (core/wire/result-document.ts writes it). Times are ISO 8601, UTC. */
export interface ResultDocument {
  task_id: string;
  status: string;
  /** The return value; the error document of FAILURE, REVOKED and RETRY; what a task says of itself in a state of its own; else null. */
  result: unknown;
  traceback: string | null;
  /** Celery's result tuples, `[[id, parent], children]`. */
  children: unknown[];
  date_done: string | null;
  name: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  queue: string;
  retries: number;
  worker: string | null;
  parent_id: string | null;
  root_id: string;
  group_id: string | null;
  date_received: string;
  date_started: string | null;
  eta: string | null;
}

/** Makes of a result document the record that it was written from, as far as it tells: not when the task expires, nor its call's options. */
export function readResultDocument(document: ResultDocument): TaskRecord {
  const { name, args, kwargs, root_id, parent_id, group_id } = document;
  const line: Line = { task: name, args, kwargs, root_id, parent_id: parent_id ?? undefined, group_id: group_id ?? undefined };
  return {
    id: document.task_id,
    state: document.status,
    result: document.result === null ? null : JSON.stringify(document.result),
    traceback: document.traceback,
    line: JSON.stringify(line),
    queue: document.queue,
    retries: document.retries,
    worker: document.worker,
    receivedAt: Date.parse(document.date_received),
    startedAt: instantOf(document.date_started),
    doneAt: instantOf(document.date_done),
    eta: instantOf(document.eta),
    expires: null,
    children: document.children.flatMap(idOf),
  };
}

function instantOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

/** The id of a result tuple. */
function idOf(tuple: unknown): string[] {
  const [head]: unknown[] = Array.isArray(tuple) ? tuple : [];
  const [id]: unknown[] = Array.isArray(head) ? head : [];
  return typeof id === "string" ? [id] : [];
}
