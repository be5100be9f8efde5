import type { WorkflowBody } from "../core/canvas/workflow.ts";
import type { Book } from "./book.ts";
import type { Named } from "./store/names.ts";
import type { Workflow } from "./workflow.ts";
import { type NewWorkflow, writeWorkflow } from "./workflow-writer.ts";

/** A canvas that begins inside the broker: a callback, what takes a task's place, what is added to a group. */
export type InnerCanvas = WorkflowBody & Pick<NewWorkflow, "given" | "into">;

/** What was begun, and those of its calls whose stamps are revoked: they are to end at once. */
export interface BegunCanvas {
  workflow: Workflow;
  refused: Named[];
}

/** Writes down a canvas that nobody submitted, with the ids that were chosen for its calls. Inside a transaction. */
export function beginCanvas(book: Book, { calls, ...canvas }: InnerCanvas, now: number): BegunCanvas {
  // An id that is taken by now, as when a callback is called a second time, is not given again.
  const named = calls.map(({ taskId, ...call }) =>
    taskId === undefined || book.names.alias(taskId) !== undefined ? call : { ...call, taskId },
  );
  const { workflow, places } = writeWorkflow(book, { ...canvas, calls: named, nonce: "" }, now);
  const refused: Named[] = [];
  for (const [index, call] of named.entries()) {
    const place = places[index];
    if (place === undefined) continue;
    if ("taskId" in call) book.names.putAlias(call.taskId, place);
    if (book.stampOrders.revoke(call.stamps, now)) refused.push(place);
  }
  return { workflow, refused };
}
