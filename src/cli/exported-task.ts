import { type Document, isRecord, textOf } from "./document.ts";

/** A line of an export: a task as `POST /v1/tasks` takes it, and the id it had. */
export interface ExportedTask {
  task: string;
  args: unknown[];
  kwargs: Document;
  queue: string;
  /** ISO 8601; absent when it is due at once. */
  eta?: string;
  /** The further options of its call, such as `priority`, `expires` and `headers`: those that were said. */
  [option: string]: unknown;
  task_id: string;
}

/** The exported form of a waiting task's result document; undefined for a member of a workflow, which makes no sense alone. */
export function exportedTask(document: Document): ExportedTask | undefined {
  const id = textOf(document.task_id);
  const isMember = textOf(document.group_id) !== "" || textOf(document.parent_id) !== "" || (textOf(document.root_id) || id) !== id;
  if (isMember) return undefined;
  const eta = textOf(document.eta);
  return {
    task: textOf(document.name),
    args: Array.isArray(document.args) ? document.args : [],
    kwargs: isRecord(document.kwargs) ? document.kwargs : {},
    queue: textOf(document.queue),
    ...(isRecord(document.options) ? document.options : {}),
    ...(eta === "" ? {} : { eta }),
    task_id: id,
  };
}
