import type { Clock } from "../clock.ts";
import type { Line } from "../core/call.ts";
import { queueOf } from "../core/lane-name.ts";
import type { TaskRecord } from "../core/result.ts";
import { isFinal } from "../core/state.ts";
import type { ListFilter } from "../core/task-list.ts";
import type { Addresses } from "./addresses.ts";
import type { Known, NewestPart, NewestRequest } from "./api.ts";
import type { Book } from "./book.ts";
import type { Reader } from "./reader.ts";
import type { PageRow } from "./store/pages.ts";

/** How much one look reads: a page counts as much as its slots, and this much more. */
const LOOK_SLOTS = 20_000;
const PAGE_SLOTS = 100;

/** What lists are made from. */
export interface NewestParts {
  book: Book;
  addresses: Addresses;
  reader: Reader;
  clock: Clock;
  homes: { readonly known: Known };
}

/**
 * Lists a shard's tasks, newest first. It walks the pages from the newest on and never sorts: pages are numbered as they are accepted. A page's row and
 * its lines are read once; what is accepted meanwhile lies before the place where a walk goes on, and does not move it.
 */
export class Newest {
  readonly #parts: NewestParts;

  constructor(parts: NewestParts) {
    this.#parts = parts;
  }

  /** One bounded look. */
  part({ filter, limit, characters, from }: NewestRequest): NewestPart {
    const { book, homes } = this.#parts;
    const found: Omit<NewestPart, keyof Known> = { records: [], places: [], next: null, reached: 0 };
    const oldest = this.#oldestPage(filter);
    let place = from ?? { page: this.#newestPage(filter), slot: -1 };
    for (let left = LOOK_SLOTS, room = characters; ; ) {
      const row = book.pages.upTo(place.page);
      if (row === undefined || row.id < oldest || row.created < (filter.since ?? 0)) break;
      found.reached = row.created;
      const first = row.id === place.page && place.slot >= 0 ? Math.min(place.slot, row.count - 1) : row.count - 1;
      const page = new PageWalk(this.#parts, book.open.get(row.id)?.row ?? row, filter);
      for (let slot = page.isMeant() ? first : -1; slot >= 0; slot--) {
        if (found.records.length === limit || room <= 0 || left <= 0) return { ...homes.known, ...found, next: { page: row.id, slot } };
        left -= 1;
        const record = page.at(slot);
        if (record === undefined) continue;
        found.records.push(record);
        found.places.push({ page: row.id, slot });
        room -= record.line.length + (record.result?.length ?? 0) + (record.traceback?.length ?? 0);
      }
      left -= PAGE_SLOTS;
      place = { page: row.id - 1, slot: -1 };
      if (found.records.length === limit || room <= 0 || left <= 0) return { ...homes.known, ...found, next: place };
    }
    return { ...homes.known, ...found };
  }

  /** The last page that was accepted before `until`. Pages are in the order of their instants, so that few rows tell. */
  #newestPage({ until }: ListFilter): number {
    const { pages } = this.#parts.book;
    let above = (pages.newest()?.id ?? 0) + 1;
    if (until === undefined) return above;
    for (let below = 0; above - below > 1; ) {
      const middle = Math.floor((below + above) / 2);
      const page = pages.placeUpTo(middle);
      if (page === undefined || page.created < until) below = middle;
      else above = page.id;
    }
    return above - 1;
  }

  /** A workflow lies behind its first task. */
  #oldestPage({ rootId }: ListFilter): number {
    return rootId === undefined ? 0 : (this.#parts.addresses.find(rootId)?.page ?? 0);
  }
}

/** The tasks of one page that a filter means. */
class PageWalk {
  readonly #parts: NewestParts;
  readonly #row: PageRow;
  readonly #filter: ListFilter;
  readonly #now: number;
  #lines: readonly string[] | undefined;

  constructor(parts: NewestParts, row: PageRow, filter: ListFilter) {
    this.#parts = parts;
    this.#row = row;
    this.#filter = filter;
    this.#now = parts.clock.now();
  }

  /** Whether any of its tasks may be meant, as far as the row tells. */
  isMeant(): boolean {
    const { until, queue, status } = this.#filter;
    if (until !== undefined && this.#row.created >= until) return false;
    if (queue !== undefined && queueOf(this.#row.queue) !== queue) return false;
    return status === undefined || this.#row.due !== null || status.some(isFinal);
  }

  /** The task of a slot; nothing when it is not meant, or its result has expired or was forgotten. */
  at(slot: number): TaskRecord | undefined {
    const { addresses, reader } = this.#parts;
    const { name, rootId, status } = this.#filter;
    const row = this.#row;
    this.#lines ??= this.#read();
    const text = this.#lines[slot];
    if (text === undefined) return undefined;
    // A name in the text is cheap to find; to open each line is not.
    if (name !== undefined && (!text.includes(JSON.stringify(name)) || (JSON.parse(text) as Line).task !== name)) return undefined;
    const id = row.head.alias?.[slot] ?? (addresses.idsOf(row.id, slot, 1)[0] as string);
    const lookup = reader.of(id, row, slot, { now: this.#now, lines: this.#lines });
    if (!lookup.found || (status !== undefined && !status.includes(lookup.record.state))) return undefined;
    if (rootId !== undefined && id !== rootId && (JSON.parse(lookup.record.line) as Line).root_id !== rootId) return undefined;
    return lookup.record;
  }

  /** Lines of pages that are on disk only would drive others out of memory. */
  #read(): readonly string[] {
    const { lines, pages } = this.#parts.book;
    return lines.kept(this.#row.id) ?? pages.lines(this.#row.id);
  }
}
