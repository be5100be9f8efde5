import type { Book } from "./book.ts";
import { LOOKAHEAD_MILLISECONDS } from "./lane.ts";
import type { OpenPage } from "./open-page.ts";

/**
 * Lays a page down on disk if all that has not ended in it waits to be run again, and none of it soon: it lies under the index at the earliest
 * instant, as if it had been written for that, and takes no memory until then. One row is written. Inside a transaction.
 */
export function rest(book: Book, page: OpenPage, now: number): void {
  if (page.closed || page.waitingAgain === 0 || page.waitingAgain < page.remaining) return;
  let earliest = Number.POSITIVE_INFINITY;
  for (const [, { due = 0 }] of page.notes()) {
    earliest = Math.min(earliest, due);
    if (earliest <= now + LOOKAHEAD_MILLISECONDS) return;
  }
  layDown(book, page, earliest, now);
}

function layDown(book: Book, page: OpenPage, due: number, now: number): void {
  const { row, priority } = page;
  if (row.due !== due) {
    book.backlog.move(page, () => {
      row.due = due;
      book.pages.move(row.id, due);
    });
  }
  page.closed = true;
  page.laidDown = true;
  book.open.delete(row.id);
  for (const [slot] of page.notes()) book.queues.lane(page.laneOf(slot), now).leave();
  const lane = book.queues.lane(row.queue, now);
  lane.pages -= 1;
  lane.band(priority).lies({ due, id: row.id });
  lane.touch();
}
