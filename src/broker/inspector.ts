import { ASLEEP } from "../core/page.ts";
import type { InspectedTask } from "../core/wire/inspect-document.ts";
import type { Addresses } from "./addresses.ts";
import type { InspectKind } from "./api.ts";
import type { Book } from "./book.ts";
import type { Reader } from "./reader.ts";
import type { PageRow } from "./store/pages.ts";

/** How many pages of waiting tasks one look reads at most, and how many of one priority of a queue at once. */
const MOST_PAGES = 200;
const PAGES_READ = 16;
/** About how many characters of lines one look answers. */
const MOST_CHARACTERS = 4_000_000;

/** What an inspector looks at. */
export interface InspectorParts {
  book: Book;
  addresses: Addresses;
  reader: Reader;
  /** How many tasks a consumer runs at once (`worker_concurrency`): what it holds beyond them waits there. */
  concurrency: number;
}

/** Shows what a shard's consumers hold, and what waits for its time: a bounded number of each. */
export class Inspector {
  readonly #parts: InspectorParts;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** At most so many tasks. */
  look(kind: InspectKind, most: number, now: number): InspectedTask[] {
    const tasks: InspectedTask[] = [];
    let characters = 0;
    for (const task of kind === "scheduled" ? this.#scheduled(now) : this.#held(kind, now)) {
      if (tasks.length >= most || characters > MOST_CHARACTERS) break;
      characters += task.record.line.length;
      tasks.push(task);
    }
    return tasks;
  }

  /** What consumers hold: as many as one runs at once are active, and the rest is reserved. */
  *#held(kind: InspectKind, now: number): Generator<InspectedTask> {
    const { book, concurrency } = this.#parts;
    for (const lease of book.leases.values()) {
      let held = 0;
      for (const { page, slot, attempt } of lease.slots()) {
        held += 1;
        const row = book.open.get(page)?.row;
        if (row === undefined || held > concurrency !== (kind === "reserved")) continue;
        const task = this.#task(row, slot, now);
        if (task !== undefined) yield { ...task, attempts: attempt, grantedAt: lease.grantedAt };
      }
    }
  }

  /** What waits for its time: whole pages by the order in which they are due, and what is retried of pages that are under way. */
  *#scheduled(now: number): Generator<InspectedTask> {
    const { book } = this.#parts;
    for (const page of book.open.values()) {
      if ((page.row.due ?? 0) > now) continue;
      for (const [slot, { due = 0 }] of page.notes()) {
        const task = due > now && book.holder(page.id, slot) === undefined ? this.#task(page.row, slot, now) : undefined;
        if (task !== undefined) yield task;
      }
    }
    let pages = 0;
    for (const row of this.#waiting(now)) {
      if (++pages > MOST_PAGES) return;
      for (let slot = 0; slot < row.count; slot++) {
        const task = this.#task(row, slot, now);
        if (task !== undefined && task.record.doneAt === null && (task.record.eta ?? 0) > now) yield task;
      }
    }
  }

  /** The pages that are due later, queue by queue. */
  *#waiting(now: number): Generator<PageRow> {
    const { book } = this.#parts;
    for (let band = book.pages.bandAfter("", -1); band !== undefined; band = book.pages.bandAfter(band.queue, band.priority)) {
      const frontier = { due: now, id: Number.MAX_SAFE_INTEGER };
      for (let more = true; more; ) {
        const pages = book.pages.unfinished({ ...band, frontier }, PAGES_READ);
        for (const { id, due } of pages) {
          frontier.due = due;
          frontier.id = id;
          const row = due === ASLEEP ? undefined : (book.open.get(id)?.row ?? book.pages.get(id));
          if (row !== undefined) yield row;
        }
        more = pages.length === PAGES_READ && frontier.due !== ASLEEP;
      }
    }
  }

  #task(row: PageRow, slot: number, now: number): InspectedTask | undefined {
    const { addresses, reader, book } = this.#parts;
    const id = row.head.alias?.[slot] ?? (addresses.idsOf(row.id, slot, 1)[0] as string);
    const lookup = reader.of(id, row, slot, { now });
    if (!lookup.found) return undefined;
    const priority = book.open.get(row.id)?.priorityOf(slot) ?? row.head.p ?? 0;
    return { record: { ...lookup.record, result: null, traceback: null }, priority, attempts: 0, grantedAt: null };
  }
}
