import { ASLEEP } from "../core/page.ts";
import type { Addresses } from "./addresses.ts";
import type { AddedToGroup, AddToGroup, Repeatable } from "./api.ts";
import type { Book } from "./book.ts";
import type { Endings } from "./endings.ts";
import type { FollowUp } from "./follow-up.ts";
import { OpenPage } from "./open-page.ts";
import type { StepLines } from "./step-lines.ts";
import type { Workflow } from "./workflow.ts";
import { callAt } from "./workflows.ts";

/** What a group is added to with. */
export interface AddToGroupParts {
  book: Book;
  addresses: Addresses;
  lines: StepLines;
  followUp: FollowUp;
  /** Stores how slots ended. */
  end(endings: Endings, now: number): void;
}

/**
 * Adds a canvas to the group of a running task: one more call of the workflow stands last in the group, and the canvas in its place. Sent again it is answered with
 * what was added. Inside a transaction.
 */
export function addToGroup(parts: AddToGroupParts, request: Repeatable<AddToGroup>, now: number): AddedToGroup {
  const { book, addresses, lines } = parts;
  const { lease, page: id, slot, attempt, added, nonce } = request;
  if (!book.leases.has(lease)) book.reopen([id], now);
  const page = book.open.get(id);
  const none = { member: false, ids: [], groups: [] };
  if (page === undefined || book.leases.get(lease)?.attempt(id, slot) !== attempt) return { ...none, held: false };
  const workflow = page.row.head.w && book.workflows.get(page.row.head.w.id);
  const join = workflow?.layout.calls[callAt(page.row, slot)]?.group ?? null;
  if (workflow === undefined || join === null) return { ...none, held: true };
  const before = workflow.grownUnder(nonce);
  const canvas = before === undefined ? write(parts, workflow, join, request, now) : book.workflows.get(before.by);
  if (canvas === undefined) return { ...none, held: true };
  const ids = Array.from({ length: canvas.size }, (_, call) => lines.idOf(canvas, call));
  return { held: true, member: true, ids, groups: addresses.groupIds(canvas.id, added.plan.layout.joins.length) };
}

function write(
  { book, followUp, end }: AddToGroupParts,
  workflow: Workflow,
  join: number,
  { added, nonce }: Repeatable<AddToGroup>,
  now: number,
): Workflow {
  const call = workflow.size;
  const { line = '{"task":"celery.group"}', queue = "celery" } = added.calls.at(-1) ?? {};
  const head = { v: 1 as const, n: [], w: { id: workflow.id, at: [[call, 0, 1] as [number, number, number]] } };
  const row = book.write({ queue, due: ASLEEP, head, lines: [line] }, now);
  const page = new OpenPage(row);
  const endings: Endings = new Map();
  const canvas = followUp.begin({ ...added, into: { page: row.id, slot: 0 } }, endings, now);
  book.notes.put(page, 0, { attempts: 1, lostAlone: 0, waits: "canvas", by: canvas.id });
  book.workflows.grow(workflow, { join, nonce, page: row.id, by: canvas.id });
  end(endings, now);
  return canvas;
}
