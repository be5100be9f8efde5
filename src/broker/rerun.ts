import type { RejectOutcome, RetryOutcome } from "../core/result.ts";
import type { Book } from "./book.ts";
import { heldNote } from "./notes.ts";
import type { OpenPage } from "./open-page.ts";
import type { SlotNote } from "./slot-note.ts";

const HIGHEST_PRIORITY = 9;

/** Lets a slot that its lease has let go wait for its retry. What its consumer should not have sent (no instant, no such priority) is as if not said. */
export function retry(book: Book, page: OpenPage, outcome: RetryOutcome, now: number): void {
  const { slot, attempt, again, result, traceback } = outcome;
  const { due, retries, line, queue, priority } = again;
  const note: SlotNote = { ...heldNote(page, slot, attempt), lostAlone: 0, waits: "again", retries, due: Number.isFinite(due) ? due : now };
  if (line !== undefined) note.lineLength = line.length;
  if (queue !== undefined) note.queue = queue;
  if (isPriority(priority)) note.priority = priority;
  book.notes.put(page, slot, note, { shown: { state: "RETRY", result, traceback }, line });
  book.await(page, slot, now);
}

/** Lets a slot that its lease has let go be granted again as it was. */
export function requeue(book: Book, page: OpenPage, { slot, attempt }: RejectOutcome, now: number): void {
  book.notes.put(page, slot, { ...heldNote(page, slot, attempt), lostAlone: 0, waits: "again" }, { shown: null });
  book.await(page, slot, now);
}

function isPriority(priority: number | undefined): priority is number {
  return priority !== undefined && Number.isInteger(priority) && priority >= 0 && priority <= HIGHEST_PRIORITY;
}
