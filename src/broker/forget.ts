import type { Forgotten } from "./api.ts";
import type { Book } from "./book.ts";
import type { Named } from "./store/names.ts";

/**
 * Takes the result of an ended task from disk (Celery's `forget`); it reads as expired from then on. To be called inside a transaction.
 * @param ttl `result_expires` in milliseconds
 */
export function forget(book: Book, { page, slot }: Named, ttl: number, now: number): Forgotten {
  const open = book.open.get(page);
  const row = open?.row ?? book.pages.get(page);
  if (row === undefined) return "expired";
  const outcome = open === undefined || open.hasEnded(slot) ? book.results.find(row, slot) : undefined;
  if (outcome === undefined) return slot < row.count ? "unfinished" : "unknown";
  if (outcome.forgotten === true || outcome.doneAt + ttl <= now) return "expired";
  const { w } = row.head;
  book.results.forget(row, slot, w !== undefined && book.workflows.isUnfinished(w.id));
  return "forgotten";
}
