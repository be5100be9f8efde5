import type { Book } from "./book.ts";
import { expiryOf } from "./page-expiry.ts";
import type { PageNote } from "./store/pages.ts";

/** How much one slice deletes or passes by: a page counts as much as its slots, and this much more. */
const SLICE_SLOTS = 50_000;
const PAGE_SLOTS = 100;
/** Expired pages may lie so much longer, so that one alarm, which is billed, is for many of them; readers do not see them any more. */
const SLACK_MILLISECONDS = 3_600_000;

/**
 * Deletes pages whose results have expired. It walks the pages in the order they were accepted and never turns back: one
 * that is unfinished, or ended late, is noted and deleted at its own instant. Slices are to be run inside a transaction.
 */
export class Expiry {
  readonly #book: Book;
  /** `result_expires` in milliseconds. */
  readonly ttl: number;

  constructor(book: Book, ttl: number) {
    this.#book = book;
    this.ttl = ttl;
  }

  /** Deletes what has expired by `now`, as much as one slice may; tells whether there is more. */
  slice(now: number): boolean {
    const { late, pages } = this.#book;
    let work = 0;
    for (const each of late.expired(now, SLICE_SLOTS / PAGE_SLOTS)) {
      if (work >= SLICE_SLOTS) return true;
      const page = pages.note(each.page);
      late.delete(each);
      if (page === undefined) this.#book.workflows.leave(each.page);
      else if (this.#isNeeded(page)) late.put({ page: page.id, expires: now + SLACK_MILLISECONDS });
      else this.#delete(page);
      work += PAGE_SLOTS + (page?.count ?? 0);
    }
    const passed: PageNote[] = [];
    for (const page of pages.after(this.#book.swept)) {
      if (page.created >= now - this.ttl || work >= SLICE_SLOTS) break;
      passed.push(page);
      work += PAGE_SLOTS + page.count;
    }
    this.#pass(passed, now);
    return work >= SLICE_SLOTS;
  }

  /** When to do it next: milliseconds since 1970; infinite when nothing is kept. No later than an hour, or once its time, after a page has expired. */
  next(): number {
    const created = this.#book.pages.createdAfter(this.#book.swept) ?? Number.POSITIVE_INFINITY;
    const expires = Math.min(created + this.ttl + 1, this.#book.late.next() ?? Number.POSITIVE_INFINITY);
    return expires + Math.min(this.ttl, SLACK_MILLISECONDS);
  }

  #pass(passed: readonly PageNote[], now: number): void {
    const { late, meta } = this.#book;
    let skipped = false;
    for (const page of passed) {
      const expires = expiryOf(page, this.ttl);
      const ended = page.due === null;
      const over = ended && expires <= now;
      const needed = over && this.#isNeeded(page);
      if (over && !needed) this.#delete(page);
      else skipped = true;
      if (ended && (!over || needed)) late.put({ page: page.id, expires: needed ? now + SLACK_MILLISECONDS : expires });
      this.#book.swept = page.id;
    }
    // Deleted pages need no note: a walk from the old place finds the same first page.
    if (skipped) meta.set("swept", String(this.#book.swept));
  }

  /** A later step of its workflow may still take a result of it. */
  #isNeeded({ head }: PageNote): boolean {
    return head.w !== undefined && this.#book.workflows.isUnfinished(head.w.id);
  }

  #delete({ id, head, count }: PageNote): void {
    const { counts, names, pages, outcomes, lines } = this.#book;
    counts.expired += count;
    for (const alias of Object.values(head.alias ?? {})) names.deleteAlias(alias);
    for (const key of Object.values(head.keys ?? {})) names.deleteKey(key, id);
    pages.delete(id);
    outcomes.delete(id);
    lines.forget(id);
    if (head.w !== undefined) this.#book.workflows.leave(head.w.id);
  }
}
