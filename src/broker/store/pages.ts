import type { PageDraft, PageHead } from "../../core/page.ts";
import type { Sql, SqlValue } from "./sql.ts";

/** Longer bodies lie in a table of their own, so that a page's end does not rewrite its payloads. */
const INLINE_CHARACTERS = 32_000;

/** A head as it is kept in memory: of thousands of pages the nonces would be the most of it. */
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

/** Where a page's tasks came from. */
export interface PageOrigin {
  id: number;
  /** Milliseconds since 1970. */
  created: number;
  head: PageHead;
}

type RawOrigin = { id: number; created: number; head: string };
type Raw = Omit<PageRow, "head"> & { head: string } & Record<string, SqlValue>;
type RawNote = Omit<PageNote, "head"> & { head: string } & Record<string, SqlValue>;

const NOTED = "id, queue, due, created, done, count, head, lease";
const COLUMNS = `${NOTED}, outcome`;

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
    this.#sql.run(
      "INSERT INTO page (id, queue, due, created, count, priority, head, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      id,
      draft.queue,
      draft.due,
      now,
      count,
      draft.head.p ?? 0,
      JSON.stringify(draft.head),
      inline ? body : null,
    );
    if (!inline) this.#sql.run("INSERT INTO body (page, text) VALUES (?, ?)", id, body);
    return { id, queue: draft.queue, due: draft.due, created: now, done: null, count, head: kept(draft.head), lease: null, outcome: null };
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

  /** Marks that nothing in the page waits or runs any more; a page that ended all at once takes its outcomes with it. */
  end(id: number, done: number, outcome: string | null): void {
    this.#sql.run("UPDATE page SET due = NULL, done = ?, outcome = ?, lease = NULL WHERE id = ?", done, outcome, id);
  }

  /** The pages of one priority of a queue in which something waits or runs, earliest first, beyond (due, id): to be read as far as there is need. */
  *due(queue: string, priority: number, from: { due: number; id: number }): Generator<PageRow> {
    const beyond = `SELECT ${COLUMNS} FROM page WHERE queue = ? AND priority = ? AND due IS NOT NULL`;
    if (from.id >= 0) {
      // As one comparison of pairs SQLite would walk through all pages that are due in the same instant.
      const rest = this.#sql.each<Raw>(`${beyond} AND due = ? AND id > ? ORDER BY id`, queue, priority, from.due, from.id);
      for (const row of rest) yield read(row);
    }
    for (const row of this.#sql.each<Raw>(`${beyond} AND due > ? ORDER BY due, id`, queue, priority, from.due)) yield read(row);
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

  /** The pages before number `id`, newest first, with the nonces of their submits: to be read as far as there is need. */
  *before(id: number): Generator<PageOrigin> {
    for (const row of this.#sql.each<RawOrigin>("SELECT id, created, head FROM page WHERE id < ? ORDER BY id DESC", id)) yield origin(row);
  }

  /** The pages after number `id`, oldest first, with the nonces of their submits. */
  *since(id: number): Generator<PageOrigin> {
    for (const row of this.#sql.each<RawOrigin>("SELECT id, created, head FROM page WHERE id > ? ORDER BY id", id)) yield origin(row);
  }

  /** The pages after `id`, oldest first: to be read as far as there is need. */
  *after(id: number): Generator<PageNote> {
    for (const row of this.#sql.each<RawNote>(`SELECT ${NOTED} FROM page WHERE id > ? ORDER BY id`, id)) yield note(row);
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
  return { ...raw, head: kept(JSON.parse(raw.head) as PageHead) };
}

function note(raw: RawNote): PageNote {
  return { ...raw, head: kept(JSON.parse(raw.head) as PageHead) };
}

function origin(raw: RawOrigin): PageOrigin {
  return { ...raw, head: JSON.parse(raw.head) as PageHead };
}

function kept({ n: _, ...head }: PageHead): KeptHead {
  return head;
}
