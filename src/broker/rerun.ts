import type { Ended } from "../core/outcomes.ts";
import { errorLine, type PastAttempt, withAttempt } from "../core/past-attempt.ts";
import type { RejectOutcome, RetryOutcome } from "../core/result.ts";
import type { Book } from "./book.ts";
import type { Lease } from "./lease.ts";
import { heldNote } from "./notes.ts";
import type { OpenPage } from "./open-page.ts";
import type { SlotNote } from "./slot-note.ts";

const HIGHEST_PRIORITY = 9;

/** Lets a slot that its lease has let go wait for its retry. What its consumer should not have sent (no instant, no such priority) is as if not said. */
export function retry(book: Book, page: OpenPage, outcome: RetryOutcome, worker: string, now: number): void {
  const { slot, attempt, again, result, traceback } = outcome;
  const { due, retries, line, queue, priority } = again;
  const held = heldNote(page, slot, attempt);
  const past = withAttempt(held.past, pastOf(outcome, worker));
  const note: SlotNote = { ...held, lostAlone: 0, waits: "again", retries, past, due: Number.isFinite(due) ? due : now };
  if (line !== undefined) note.lineLength = line.length;
  if (queue !== undefined) note.queue = queue;
  if (isPriority(priority)) note.priority = priority;
  book.notes.put(page, slot, note, { shown: { state: "RETRY", result, traceback }, line });
  book.await(page, slot, now);
}

/** Lets a slot that its lease has let go be granted again as it was. */
export function requeue(book: Book, page: OpenPage, outcome: RejectOutcome, worker: string, now: number): void {
  const { slot, attempt } = outcome;
  const held = heldNote(page, slot, attempt);
  const past = withAttempt(held.past, pastOf(outcome, worker));
  book.notes.put(page, slot, { ...held, lostAlone: 0, waits: "again", past }, { shown: null });
  book.await(page, slot, now);
}

/** Lets a slot wait that a lost lease held: it is granted apart from others. */
export function setApart(
  book: Book,
  page: OpenPage,
  lost: { slot: number; attempt: number; lostAlone: number; lease: Lease },
  now: number,
): void {
  const { slot, attempt, lostAlone, lease } = lost;
  const note = page.note(slot);
  const past = withAttempt(note?.past, { state: "LOST", worker: lease.consumer, startedAt: lease.grantedAt, endedAt: now });
  book.notes.put(page, slot, { ...note, attempts: attempt, lostAlone, waits: "alone", past }, { shown: null });
  book.await(page, slot, now);
}

/** Takes over what a slot remembered of its attempts into how it ended. */
export function remember(outcome: Ended, note: SlotNote | undefined): void {
  outcome.retries = note?.retries;
  outcome.past = note?.past;
}

function pastOf({ state, startedAt, endedAt, result }: RetryOutcome | RejectOutcome, worker: string): PastAttempt {
  const error = state === "RETRY" ? errorLine(result) : undefined;
  return { state, worker, startedAt, endedAt, ...(error === undefined ? {} : { error }) };
}

function isPriority(priority: number | undefined): priority is number {
  return priority !== undefined && Number.isInteger(priority) && priority >= 0 && priority <= HIGHEST_PRIORITY;
}
