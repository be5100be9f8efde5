import { queueOf } from "../core/lane-name.ts";
import { type Ended, encodeOutcomes } from "../core/outcomes.ts";
import type { PageDraft } from "../core/page.ts";
import { Backlog } from "./backlog.ts";
import type { Band } from "./band.ts";
import type { BookOptions } from "./book-options.ts";
import type { Held, Note } from "./held-slot.ts";
import { type Lane, LOOKAHEAD_MILLISECONDS } from "./lane.ts";
import { Lease } from "./lease.ts";
import { Limits } from "./limits.ts";
import { Lines } from "./lines.ts";
import { Notes } from "./notes.ts";
import { OpenPage } from "./open-page.ts";
import { expiryOf } from "./page-expiry.ts";
import type { Queue } from "./queue.ts";
import { Queues } from "./queues.ts";
import { Results } from "./results.ts";
import { StampOrders } from "./stamp-orders.ts";
import { JobStore } from "./store/jobs.ts";
import { LateStore } from "./store/late.ts";
import { LeaseStore } from "./store/leases.ts";
import { LoanStore } from "./store/loans.ts";
import { MetaStore } from "./store/meta.ts";
import { NameStore } from "./store/names.ts";
import { NoteStore } from "./store/notes.ts";
import { OutcomeStore } from "./store/outcomes.ts";
import { type PageRow, PageStore, type WaitingPage } from "./store/pages.ts";
import { createTables } from "./store/schema.ts";
import type { Sql } from "./store/sql.ts";
import { WorkflowStore } from "./store/workflows.ts";
import type { TaskTallies } from "./task-tallies.ts";
import { Workflows } from "./workflows.ts";

/** How many pages are read from disk at once: few at first, since one may hold thousands of tasks. */
const FEWEST_PAGES_READ = 8;
const MOST_PAGES_READ = 64;

/**
 * The book: every accepted task, on disk, and in memory as much of it as is needed to decide quickly. All that is in
 * memory is read back from rows after a reset. Its methods are to be called inside a transaction.
 */
export class Book {
  readonly counts: TaskTallies;
  readonly meta: MetaStore;
  readonly pages: PageStore;
  readonly outcomes: OutcomeStore;
  readonly names: NameStore;
  readonly loans: LoanStore;
  readonly late: LateStore;
  readonly jobs: JobStore;
  readonly leaseRows: LeaseStore;
  readonly lines: Lines;
  readonly results: Results;
  readonly notes: Notes;
  readonly workflows: Workflows;
  readonly stampOrders: StampOrders;
  readonly limits: Limits;
  readonly queues: Queues;
  readonly leases = new Map<string, Lease>();
  readonly open = new Map<number, OpenPage>();
  /** How long a lease runs unless it is renewed. */
  readonly leaseMilliseconds: number;
  readonly backlog: Backlog;
  /** The last page that expiry has passed by: pages up to it are gone, unfinished, or in `late`. */
  swept: number;

  /**
   * @param counts is kept up with what is accepted, ended and deleted
   */
  constructor(sql: Sql, counts: TaskTallies, { limit, leaseMilliseconds, ageing, ...options }: BookOptions) {
    this.counts = counts;
    this.leaseMilliseconds = leaseMilliseconds;
    createTables(sql);
    this.meta = new MetaStore(sql);
    this.pages = new PageStore(sql);
    this.outcomes = new OutcomeStore(sql);
    this.names = new NameStore(sql);
    this.loans = new LoanStore(sql);
    this.late = new LateStore(sql);
    this.jobs = new JobStore(sql);
    this.leaseRows = new LeaseStore(sql);
    this.lines = new Lines(this.pages);
    this.results = new Results(this.outcomes, this.pages);
    this.notes = new Notes(new NoteStore(sql));
    const { meta, pages, outcomes, open } = this;
    this.workflows = new Workflows(new WorkflowStore(sql), pages, outcomes);
    this.stampOrders = new StampOrders(meta);
    this.limits = new Limits({ meta, ...options });
    this.queues = new Queues({ meta, limits: this.limits, ageing, laneNameOf: (page) => open.get(page)?.row.queue });
    this.backlog = new Backlog({ limit, meta, pages, outcomes, open });
    this.swept = Number(this.meta.get("swept") ?? 0);
  }

  /** Reads back what a reset has taken from memory. Leases run on: whoever holds one renews it within its time. */
  recover(now: number): void {
    const held = new Map<number, Held[]>();
    for (const { id, until, state } of this.leaseRows.all()) {
      const lease = Lease.read(id, Math.max(until, now + this.leaseMilliseconds), state, this.queues.queue(state.queue));
      lease.inRow = true;
      this.leases.set(id, lease);
      for (const { page, slot, attempt } of lease.slots()) {
        const slots = held.get(page);
        if (slots === undefined) held.set(page, [{ lease, slot, attempt }]);
        else slots.push({ lease, slot, attempt });
      }
    }
    for (const [page, slots] of [...held].toSorted(([a], [b]) => a - b)) this.#reopen(page, now, slots);
    for (const lease of this.leases.values()) if (lease.size === 0) this.dropLease(lease);
    for (const lease of this.leases.values()) {
      for (const { page } of lease.slots()) this.queues.queue(lease.queue).occupy(page);
    }
    const names = this.pages.queues();
    for (const name of names) {
      const lane = this.queues.lane(name, now);
      this.fill(lane, now);
      lane.touch();
    }
    this.queues.complete();
    const whole = names.every((name) => this.queues.lane(name, now).whole && !this.pages.sleeping(name));
    this.backlog.recover(names, whole, now);
    for (const queue of this.queues.values()) this.look(queue, now);
  }

  /** Writes a page and, unless its queue has enough in memory or it is far off, keeps it at hand. */
  write(draft: PageDraft, now: number): PageRow {
    if (draft.limits !== undefined) this.limits.say(draft.limits, draft.head.alias !== undefined || draft.head.keys !== undefined, now);
    const lane = this.queues.lane(draft.queue, now);
    this.fill(lane, now);
    lane.touch();
    const id = this.meta.nextPage();
    this.backlog.accept(id, draft);
    const row = this.pages.insert(id, draft, now);
    this.counts.accept(row, draft, now);
    const band = lane.band(draft.head.p ?? 0);
    const { frontier } = band;
    if (lane.keeps(band, draft.due, now)) {
      // What is due lies behind nothing that is on disk only: it need not be read past again.
      if (draft.due <= now && draft.due >= frontier.due) band.frontier = { due: draft.due, id: row.id };
      this.lines.keep(row.id, draft.lines);
      this.#add(lane, new OpenPage(row), now, this.workflows.sleeping(row));
      return row;
    }
    band.lies({ due: draft.due, id: row.id });
    return row;
  }

  /** Puts a slot that has a note where it waits. */
  await(page: OpenPage, slot: number, now: number): void {
    const note = page.note(slot);
    const name = page.laneOf(slot);
    if (note?.waits === "canvas") return;
    if (note?.waits === "alone") {
      this.queues.queue(queueOf(name)).addSuspect({ page, slot, attempts: note.attempts, lostAlone: note.lostAlone });
      return;
    }
    const lane = this.queues.lane(name, now);
    lane.addAgain(page, slot, now);
    lane.touch();
  }

  /** Looks at the lanes of a queue in which something may have become ready, and forgets those in which nothing is unfinished. */
  look(queue: Queue, now: number): void {
    for (const lane of queue.take(now)) {
      this.fill(lane, now);
      if (lane.place !== undefined && lane.empty) this.queues.drop(lane);
      else queue.plan(lane, now);
    }
  }

  /** Reads due pages of a lane from disk as far as they are wanted, and makes ready what is due. */
  fill(lane: Lane, now: number): void {
    lane.promote(now);
    for (const band of lane.bands) if (band.unread || (band.wake <= now && lane.isShort(band))) this.#readDue(lane, band, now);
  }

  /** Stores how slots of one page ended; the page is closed with its last one. `ttl`: `result_expires` in milliseconds. */
  end(page: OpenPage, ended: readonly Ended[], now: number, ttl: number): void {
    page.remaining -= ended.length;
    this.counts.end(page, ended, this.lines, now);
    this.backlog.end(page, ended.length, now);
    const rows = encodeOutcomes(ended);
    if (page.remaining > 0) {
      page.whole = false;
      page.noteEnded(ended.map(({ slot }) => slot));
      this.outcomes.put(page.id, rows);
      return;
    }
    const [only, ...more] = page.whole ? rows : [];
    const inRow = only !== undefined && more.length === 0;
    if (!inRow) this.outcomes.put(page.id, rows);
    page.row.due = null;
    page.row.done = now;
    page.row.outcome = inRow ? only.body : null;
    this.pages.end(page.id, now, page.row.outcome);
    this.notes.forget(page);
    if (page.id <= this.swept) this.late.put({ page: page.id, expires: expiryOf(page.row, ttl) });
    page.closed = true;
    // One that was opened only to be revoked from was in no lane.
    if (!this.open.delete(page.id)) return;
    const lane = this.queues.lane(page.row.queue, now);
    lane.pages -= 1;
    lane.touch();
  }

  /** Opens pages that are on disk only, if they are unfinished: a lease that is written down in one is known from then on. */
  reopen(pages: Iterable<number>, now: number): void {
    for (const page of new Set(pages)) if (!this.open.has(page)) this.#reopen(page, now, []);
  }

  /** Writes a lease down: if it can be, in the row of the page that it holds, which saves a row of its own. */
  putLease(lease: Lease): void {
    this.leases.set(lease.id, lease);
    const home = lease.inRow ? undefined : this.#homeOf(lease);
    if (home === undefined) {
      lease.inRow = true;
      this.leaseRows.put(lease.id, lease.until, lease.state());
    } else {
      lease.home = home;
      const note: Note = { id: lease.id, state: lease.state() };
      this.pages.hold(home, JSON.stringify(note));
    }
  }

  dropLease(lease: Lease): void {
    this.leases.delete(lease.id);
    lease.end();
    if (lease.inRow) this.leaseRows.delete(lease.id);
    // A note in a page may stay: of all that it held it is known how it ended, or that it waits again.
  }

  /** The lease that holds a slot. */
  holder(page: number, slot: number): Lease | undefined {
    for (const lease of this.leases.values()) if (lease.holds(page, slot)) return lease;
    return undefined;
  }

  #readDue(lane: Lane, band: Band, now: number): void {
    const first = band.unread;
    if (first && this.pages.nextDue(band) === undefined) {
      band.wake = Number.POSITIVE_INFINITY;
      return;
    }
    let pages = 0;
    const read = (until: number, most: number): boolean => {
      const limit = Math.min(most, MOST_PAGES_READ, FEWEST_PAGES_READ + pages);
      const rows = this.pages.due(band, until, limit);
      for (const page of rows) this.#readWaiting(lane, band, page, now);
      pages += rows.length;
      return rows.length === limit;
    };
    for (let more = true; more && lane.wanted(band) > 0; ) more = read(now, lane.wanted(band));
    // Clocks differ: what was granted before a reset may not be due by ours.
    for (let more = first; more && lane.few(pages); ) more = read(now + LOOKAHEAD_MILLISECONDS, MOST_PAGES_READ);
    band.wake = this.pages.nextDue(band) ?? Number.POSITIVE_INFINITY;
  }

  #readWaiting(lane: Lane, band: Band, { row, lines, begun }: WaitingPage, now: number): void {
    band.frontier = { due: row.due ?? 0, id: row.id };
    if (this.open.has(row.id)) return;
    if (lines !== undefined) this.lines.keep(row.id, lines);
    if (begun || row.lease !== null || row.head.w !== undefined) this.#read(lane, row, now, { begun });
    else this.#add(lane, new OpenPage(row), now);
  }

  /** The page in whose row a lease may be written down: it holds that page whole and nothing else, and a reset is sure to read it early. */
  #homeOf(lease: Lease): number | undefined {
    const [id] = lease.granted[0] ?? [];
    const page = id === undefined ? undefined : this.open.get(id);
    if (page?.whole !== true || page.remaining !== lease.size) return undefined;
    const lane = this.queues.queue(lease.queue).plain;
    if (page.row.queue !== lane.name || !lane.few(this.open.size) || lane.band(page.priority).wake < (page.row.due ?? 0)) return undefined;
    return [...lease.slots()].every((held) => held.page === id) ? id : undefined;
  }

  #reopen(id: number, now: number, held: readonly Held[]): void {
    const row = this.pages.get(id);
    if (row !== undefined && row.due !== null) this.#read(this.queues.lane(row.queue, now), row, now, { inRows: held });
    else for (const { lease, slot, attempt } of held) lease.release(id, slot, attempt);
  }

  /** Opens a page that was read from disk: what has ended, is held, or came back from a lost lease is not ready. */
  #read(lane: Lane, row: PageRow, now: number, { inRows = [], begun = true }: { inRows?: readonly Held[]; begun?: boolean }): void {
    const held = [...inRows, ...this.#noted(row, now)];
    const ended = begun ? this.outcomes.slots(row.id) : new Set<number>();
    const page = new OpenPage(row, ended);
    if (begun) this.notes.read(page);
    const skip = new Set(ended);
    for (const slot of this.workflows.sleeping(row) ?? []) skip.add(slot);
    for (const { lease, slot, attempt } of held) {
      if (!page.isOver(slot, attempt)) skip.add(slot);
      // It was reported, or terminated: who has reported of it does not mind being told.
      else if (page.hasEnded(slot)) lease.abort(row.id, slot, attempt);
      else lease.release(row.id, slot, attempt);
    }
    for (const [slot] of page.notes()) {
      if (skip.has(slot)) continue;
      skip.add(slot);
      this.await(page, slot, now);
    }
    for (const { lease } of held) if (lease.size === 0 && !lease.inRow) this.leases.delete(lease.id);
    this.#add(lane, page, now, skip);
  }

  /** What the lease holds that is written down in a page's row; one that has a row of its own by now is known from there. */
  #noted(row: PageRow, now: number): Held[] {
    if (row.lease === null) return [];
    const { id, state } = JSON.parse(row.lease) as Note;
    if (this.leases.has(id)) return [];
    const lease = Lease.read(id, now + this.leaseMilliseconds, state, this.queues.queue(state.queue));
    lease.home = row.id;
    this.leases.set(id, lease);
    return [...lease.slots()].map(({ slot, attempt }) => ({ lease, slot, attempt }));
  }

  #add(lane: Lane, page: OpenPage, now: number, skip?: ReadonlySet<number>): void {
    this.open.set(page.id, page);
    lane.pages += 1;
    lane.add(page, now, skip);
  }
}
