import { type Book, expiryOf } from "./book.ts";

/** How many pages one slice looks at, and deletes. */
const SLICE = 500;

/**
 * Deletes pages whose results have expired. It walks the pages in the order they were accepted and never turns back: one
 * that is unfinished, or ended late, is noted and deleted at its own instant. Slices are to be run inside a transaction.
 */
export class Expiry {
  readonly #book: Book;
  readonly #ttl: number;

  /** @param ttl `result_expires` in milliseconds */
  constructor(book: Book, ttl: number) {
    this.#book = book;
    this.#ttl = ttl;
  }

  /** Deletes what has expired by `now`, a bounded number of pages; tells whether there may be more. */
  slice(now: number): boolean {
    const { late, pages } = this.#book;
    const expired = late.expired(now, SLICE);
    for (const each of expired) {
      this.#delete(each.page);
      late.delete(each);
    }
    const passed = pages.oldest(this.#book.swept, now - this.#ttl, SLICE);
    let skipped = false;
    for (const row of passed) {
      const expires = expiryOf(row, this.#ttl);
      if (row.due === null && expires <= now) this.#delete(row.id);
      else skipped = true;
      if (row.due === null && expires > now) late.put({ page: row.id, expires });
      this.#book.swept = row.id;
    }
    // Deleted pages need no note: a walk from the old place finds the same first page.
    if (skipped) this.#book.meta.set("swept", String(this.#book.swept));
    return expired.length === SLICE || passed.length === SLICE;
  }

  /** When there is something to do next: milliseconds since 1970; infinite when nothing is kept. */
  next(): number {
    const created = this.#book.pages.createdAfter(this.#book.swept) ?? Number.POSITIVE_INFINITY;
    return Math.min(created + this.#ttl + 1, this.#book.late.next() ?? Number.POSITIVE_INFINITY);
  }

  #delete(id: number): void {
    const { counts, names, pages, outcomes, lines, results } = this.#book;
    const row = pages.get(id);
    if (row === undefined) return;
    const { head, count } = row;
    counts.expired += count;
    for (const alias of Object.values(head.alias ?? {})) names.deleteAlias(alias);
    for (const key of Object.values(head.keys ?? {})) names.deleteKey(key, id);
    pages.delete(id);
    outcomes.delete(id);
    lines.forget(id);
    results.forget(id);
  }
}
