import { ASLEEP, type PageDraft, type PageHead } from "../../core/page.ts";
import { inBatches, type Sql, type SqlValue } from "./sql.ts";

/** Longer bodies lie in a table of their own, so that a page's end does not rewrite its payloads. */
const INLINE_CHARACTERS = 32_000;

/** A head without the nonces: they would be most of it, and only repeated submits ask for them. */
export type KeptHead = Omit<PageHead, "n">;

/** A page without its payloads. */
export interface PageRow {
  id: number;
  queue: string;
  /** Milliseconds since 1970; null when nothing in the page waits or runs any more. */
  due: number | null;
  created: number;
  /** When its last slot ended: milliseconds since 1970. */
  done: number | null;
  count: number;
  head: KeptHead;
  /** The lease that holds the whole page, as JSON text, if it is written down here. */
  lease: string | null;
  /** The outcomes of a page that ended all at once (core/outcomes.ts). */
  outcome: string | null;
}

/** What can be known of a page without reading its outcomes, which may be large. */
export type PageNote = Omit<PageRow, "outcome">;

/** A page's place in the order in which pages of one priority are granted. */
export interface PagePlace {
  /** Milliseconds since 1970. */
  due: number;
  id: number;
}

/** How far the pages of one priority of a queue were read; a negative number of the page: not at all. */
export interface PlaceInBand {
  queue: string;
  priority: number;
  frontier: PagePlace;
}

/** A page as it is read to be granted from: in one statement, for there may be very many of few tasks each. */
export interface WaitingPage {
  row: PageRow;
  /** Its lines, if they are short. */
  lines: string[] | undefined;
  /** Something of it has ended, or was lost with a lease. */
  begun: boolean;
}

/** A page in which something waits or runs, as it is counted. */
export interface UnfinishedPage {
  id: number;
  /** Milliseconds since 1970. */
  due: number;
  count: number;
  /** Something of it has ended, or was lost with a lease. */
  begun: boolean;
}

/** Where a page's tasks came from. */
export interface PageOrigin {
  id: number;
  /** Milliseconds since 1970. */
  created: number;
  n: PageHead["n"];
}

type RawOrigin = { id: number; created: number; nonces: string };
type RawWaiting = [
  id: number,
  due: number,
  created: number,
  count: number,
  head: string,
  lease: string | null,
  short: string | null,
  begun: number,
];
type RawUnfinished = [id: number, due: number, count: number, begun: number];
type Raw = Omit<PageRow, "head"> & { head: string } & Record<string, SqlValue>;
type RawNote = Omit<PageNote, "head"> & { head: string } & Record<string, SqlValue>;

const NOTED = "id, queue, due, created, done, count, head, lease";
const COLUMNS = `${NOTED}, outcome`;
/** Bodies of so many bytes are read along with their pages: all that are wanted at once are still small beside the object's memory. */
const SHORT_BYTES = 4_000;
const IN_BAND = "FROM page WHERE queue = ? AND priority = ? AND due IS NOT NULL";
const BEGUN = `EXISTS (SELECT 1 FROM outcome WHERE outcome.page = page.id)
  OR EXISTS (SELECT 1 FROM attempt WHERE attempt.page = page.id) AS begun`;
const WAITING = `SELECT id, due, created, count, head, lease, iif(octet_length(body) <= ${SHORT_BYTES}, body, NULL) AS short, ${BEGUN} ${IN_BAND}`;
const UNFINISHED = `SELECT id, due, count, ${BEGUN} ${IN_BAND}`;

/** The pages: written once, found by number and by when they are due. */
export class PageStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  insert(id: number, draft: PageDraft, now: number): PageRow {
    const body = draft.lines.join("\n");
    const inline = body.length <= INLINE_CHARACTERS;
    const count = draft.lines.length;
    const { n, ...head } = draft.head;
    this.#sql.run(
      "INSERT INTO page (id, queue, due, created, count, priority, head, nonces, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      id,
      draft.queue,
      draft.due,
      now,
      count,
      draft.head.p ?? 0,
      JSON.stringify(head),
      JSON.stringify(n),
      inline ? body : null,
    );
    if (!inline) this.#sql.run("INSERT INTO body (page, text) VALUES (?, ?)", id, body);
    return { id, queue: draft.queue, due: draft.due, created: now, done: null, count, head, lease: null, outcome: null };
  }

  get(id: number): PageRow | undefined {
    return this.#sql.all<Raw>(`SELECT ${COLUMNS} FROM page WHERE id = ?`, id).map(read)[0];
  }

  /** The page's lines, in the order of its slots. */
  lines(id: number): string[] {
    const [row] = this.#sql.all<{ body: string | null }>("SELECT body FROM page WHERE id = ?", id);
    if (row?.body !== null && row?.body !== undefined) return row.body.split("\n");
    const [spilled] = this.#sql.all<{ text: string }>("SELECT text FROM body WHERE page = ?", id);
    return spilled === undefined ? [] : spilled.text.split("\n");
  }

  /** Writes down the lease that holds the whole page, or (null) that none does any more. */
  hold(id: number, lease: string | null): void {
    this.#sql.run("UPDATE page SET lease = ? WHERE id = ?", lease, id);
  }

  /** Moves a page to a later instant, when nothing of it is held. */
  move(id: number, due: number): void {
    this.#sql.run("UPDATE page SET due = ?, lease = NULL WHERE id = ?", due, id);
  }

  /** Writes the outcomes of a page that ended all at once anew. */
  rewrite(id: number, outcome: string): void {
    this.#sql.run("UPDATE page SET outcome = ? WHERE id = ?", outcome, id);
  }

  /** Marks that nothing in the page waits or runs any more; a page that ended all at once takes its outcomes with it. */
  end(id: number, done: number, outcome: string | null): void {
    this.#sql.run("UPDATE page SET due = NULL, done = ?, outcome = ?, lease = NULL WHERE id = ?", done, outcome, id);
  }

  /**
   * The first pages of one priority of a queue in which something waits or runs, beyond a place in the order of (due, id) and due by
   * `until` (milliseconds since 1970). A cursor that is not read to its end keeps its statement from being used again: so there is a limit.
   */
  due(band: PlaceInBand, until: number, limit: number): WaitingPage[] {
    return this.#beyond<RawWaiting>(WAITING, band, until, limit).map((row) => waiting(band.queue, row));
  }

  /** The first pages beyond a place that waits or runs, whenever they are due, to be counted. */
  unfinished(band: PlaceInBand, limit: number): UnfinishedPage[] {
    const rows = this.#beyond<RawUnfinished>(UNFINISHED, band, Number.MAX_SAFE_INTEGER, limit);
    return rows.map(([id, due, count, begun]) => ({ id, due, count, begun: begun === 1 }));
  }

  #beyond<T extends SqlValue[]>(select: string, { queue, priority, frontier }: PlaceInBand, until: number, limit: number): T[] {
    const { due, id } = frontier;
    // As one comparison of pairs SQLite would walk through all pages that are due in the same instant.
    const rows =
      id < 0 ? [] : this.#sql.arrays<T>(`${select} AND due = ? AND id > ? ORDER BY id LIMIT +?`, queue, priority, due, id, limit);
    const rest = limit - rows.length;
    if (rest > 0) {
      const later = `${select} AND due > ? AND due <= ? ORDER BY due, id LIMIT +?`;
      rows.push(...this.#sql.arrays<T>(later, queue, priority, due, until, rest));
    }
    return rows;
  }

  /** When the first page beyond is due; nothing when there is none. */
  nextDue({ queue, priority, frontier }: PlaceInBand): number | undefined {
    const { due, id } = frontier;
    const same = `SELECT due ${IN_BAND} AND due = ? AND id > ? LIMIT 1`;
    const later = `SELECT due ${IN_BAND} AND due > ? ORDER BY due LIMIT 1`;
    const row = id < 0 ? undefined : this.#sql.first<{ due: number }>(same, queue, priority, due, id);
    const next = (row ?? this.#sql.first<{ due: number }>(later, queue, priority, due))?.due;
    return next === ASLEEP ? undefined : next;
  }

  /** Whether any page of a queue sleeps. */
  sleeping(queue: string): boolean {
    const priorities = "priority IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)";
    return this.#sql.first(`SELECT id FROM page WHERE queue = ? AND ${priorities} AND due = ? LIMIT 1`, queue, ASLEEP) !== undefined;
  }

  /** The queues in which anything waits or runs; one row read for each. */
  queues(): string[] {
    const queues: string[] = [];
    for (let last = ""; ; ) {
      const [row] = this.#sql.all<{ queue: string }>(
        "SELECT queue FROM page WHERE due IS NOT NULL AND queue > ? ORDER BY queue LIMIT 1",
        last,
      );
      if (row === undefined) return queues;
      last = row.queue;
      queues.push(last);
    }
  }

  /** The first queue and priority beyond these in which anything waits or runs, in the order of both; one row read. */
  bandAfter(queue: string, priority: number): { queue: string; priority: number } | undefined {
    const select = "SELECT queue, priority FROM page WHERE due IS NOT NULL AND";
    type Band = { queue: string; priority: number };
    const same = this.#sql.first<Band>(`${select} queue = ? AND priority > ? ORDER BY priority LIMIT 1`, queue, priority);
    return same ?? this.#sql.first<Band>(`${select} queue > ? ORDER BY queue, priority LIMIT 1`, queue);
  }

  /** The pages before number `id`, newest first, with the nonces of their submits: to be read as far as there is need. */
  *before(id: number): Generator<PageOrigin> {
    const query = "SELECT id, created, nonces FROM page WHERE id < ? ORDER BY id DESC LIMIT +?";
    for (const row of inBatches<RawOrigin>((last, limit) => this.#sql.all(query, last?.id ?? id, limit))) yield origin(row);
  }

  /** The pages after number `id`, oldest first, with the nonces of their submits. */
  *since(id: number): Generator<PageOrigin> {
    for (const row of this.#sql.each<RawOrigin>("SELECT id, created, nonces FROM page WHERE id > ? ORDER BY id", id)) yield origin(row);
  }

  /** The pages after `id`, oldest first: to be read as far as there is need. */
  *after(id: number): Generator<PageNote> {
    const query = `SELECT ${NOTED} FROM page WHERE id > ? ORDER BY id LIMIT +?`;
    for (const row of inBatches<RawNote>((last, limit) => this.#sql.all(query, last?.id ?? id, limit))) yield note(row);
  }

  /** The last page up to a number. One at a time: its outcomes may be as large as a row can be. */
  upTo(id: number): PageRow | undefined {
    return this.#sql.all<Raw>(`SELECT ${COLUMNS} FROM page WHERE id <= ? ORDER BY id DESC LIMIT 1`, id).map(read)[0];
  }

  /** When that page was accepted. */
  placeUpTo(id: number): Pick<PageRow, "id" | "created"> | undefined {
    return this.#sql.first<{ id: number; created: number }>("SELECT id, created FROM page WHERE id <= ? ORDER BY id DESC LIMIT 1", id);
  }

  /** The page that was accepted last. */
  newest(): PageNote | undefined {
    return this.#sql.all<RawNote>(`SELECT ${NOTED} FROM page ORDER BY id DESC LIMIT 1`).map(note)[0];
  }

  note(id: number): PageNote | undefined {
    return this.#sql.all<RawNote>(`SELECT ${NOTED} FROM page WHERE id = ?`, id).map(note)[0];
  }

  /** When the first page after `id` was accepted; nothing when there is none. */
  createdAfter(id: number): number | undefined {
    return this.#sql.first<{ created: number }>("SELECT created FROM page WHERE id > ? ORDER BY id LIMIT 1", id)?.created;
  }

  delete(id: number): void {
    this.#sql.run("DELETE FROM page WHERE id = ?", id);
    this.#sql.run("DELETE FROM body WHERE page = ?", id);
  }
}

function read(raw: Raw): PageRow {
  return { ...raw, head: JSON.parse(raw.head) as KeptHead };
}

function waiting(queue: string, [id, due, created, count, head, lease, short, begun]: RawWaiting): WaitingPage {
  const row = { id, queue, due, created, done: null, count, head: JSON.parse(head) as KeptHead, lease, outcome: null };
  return { row, lines: short?.split("\n"), begun: begun === 1 };
}

function note(raw: RawNote): PageNote {
  return { ...raw, head: JSON.parse(raw.head) as KeptHead };
}

function origin({ id, created, nonces }: RawOrigin): PageOrigin {
  return { id, created, n: JSON.parse(nonces) as PageHead["n"] };
}
