import type { Book } from "./book.ts";
import type { OpenPage } from "./open-page.ts";

/**
 * A page that lies on disk holds tasks that were released: it is due at `due` (milliseconds since 1970), or earlier if it was. It is read at once if there is room, else in its turn.
 * Two rows are written if it slept. Inside a transaction.
 */
export function wake(book: Book, page: OpenPage, due: number, now: number): void {
  const { row, priority } = page;
  if (book.open.has(row.id) || row.due === null || row.due <= due) return;
  const lane = book.queues.lane(row.queue, now);
  book.fill(lane, now);
  const band = lane.band(priority);
  // What is due in the same instant was read past by number.
  const at = band.frontier.due === due ? due + 1 : due;
  book.backlog.move(page, () => {
    row.due = at;
    book.pages.move(row.id, at);
  });
  if (lane.keeps(band, due, now)) book.reopen([row.id], now);
  else band.lies({ due: at, id: row.id });
  book.queues.lane(row.queue, now).touch();
}
