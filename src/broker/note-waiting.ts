import type { Book } from "./book.ts";

/**
 * Takes down for the history how many tasks wait, once a second at most and before a change, when everything is still as it has been since the last one. All
 * together is exact; of a very long queue, and of what is due later, only what is in memory is counted, as in `QueueCounts`. Nothing is read for it.
 */
export function noteWaiting(book: Book, now: number): void {
  const { history } = book.counts;
  if (!history.wantsLook(now)) return;
  let held = 0;
  const queues = new Map<string, number>();
  for (const queue of book.queues.values()) {
    held += queue.held;
    let waiting = queue.suspects;
    for (const lane of queue.lanes()) waiting += lane.ready + lane.timed;
    queues.set(queue.name, waiting);
  }
  history.look(Math.max(0, book.backlog.count - held), queues, now);
}
