import type { Call, CallLimits, Line } from "../core/call.ts";
import { readLane } from "../core/lane-name.ts";
import type { Book } from "./book.ts";
import type { StepLines } from "./step-lines.ts";
import type { PageNote } from "./store/pages.ts";
import { callAt } from "./workflows.ts";

/**
 * The call of a task as it was made, to be made again by itself: with the arguments that it ran with, on the same queue with the same priority and limits, at once and
 * without an expiry; a new root, no member of a group, and without the links of its canvas. Undefined: its arguments would be too long, or are not known any more.
 * @param text its line
 */
export function callAgain(
  { book, lines }: { book: Book; lines: StepLines },
  row: PageNote,
  slot: number,
  text: string,
  now: number,
): Call | undefined {
  const { root_id: _root, parent_id: _parent, group_id: _group, ...line } = JSON.parse(text) as Line;
  const workflow = row.head.w === undefined ? undefined : book.workflows.get(row.head.w.id);
  if (row.head.w !== undefined) {
    const given = workflow && lines.given(workflow, callAt(row, slot));
    if (given === undefined) return undefined;
    if (given !== "") line.args = [...(JSON.parse(`[${given}]`) as unknown[]), ...(line.args ?? [])];
  }
  const call: Call = { line: JSON.stringify(line), queue: readLane(row.queue).queue };
  if (row.head.p !== undefined) call.priority = row.head.p;
  if (row.head.once === true) call.atMostOnce = true;
  if (line.stamps !== undefined) call.stamps = line.stamps;
  const limits = limitsOf(book, row, now);
  return limits === undefined ? call : { ...call, limits };
}

function limitsOf(book: Book, row: PageNote, now: number): CallLimits | undefined {
  const { limit: name, key } = readLane(row.queue);
  if (name === undefined) return undefined;
  const { perSecond, most } = book.limits.limit(name, now).said;
  const limits: CallLimits = { name };
  if (perSecond !== undefined) limits.perSecond = perSecond;
  if (key !== undefined && most !== undefined) limits.concurrency = { key, most };
  return limits;
}
