import type { Line } from "../core/call.ts";
import type { EventRing } from "../core/event-ring.ts";
import { queueOf } from "../core/lane-name.ts";
import type { Ended } from "../core/outcomes.ts";
import type { PageDraft } from "../core/page.ts";
import type { Outcome } from "../core/result.ts";
import { CUT, cutText, type TaskEvent } from "../core/task-event.ts";
import { exceptionRepr, pythonRepr } from "../core/wire/python-repr.ts";
import type { Addresses } from "./addresses.ts";
import type { Taken } from "./band.ts";
import type { Book } from "./book.ts";
import type { OpenPage } from "./open-page.ts";
import type { PageRow } from "./store/pages.ts";
import type { TaskListener } from "./task-listener.ts";

/** A longer line is opened at once, so that the ring does not hold it. */
const LONGEST_LINE = 4 * CUT;

/** What a teller looks up. */
export interface EventTellerParts {
  book: Book;
  addresses: Addresses;
}

/** Puts what happens to tasks into a ring, as Celery's events. It is there only while somebody listens. */
export class EventTeller implements TaskListener {
  readonly #parts: EventTellerParts;
  readonly #ring: EventRing;
  /** How many seconds attempts ran whose end is to be told yet, by slot. */
  readonly #ran = new WeakMap<OpenPage, Map<number, number>>();
  /** The lines that were read last, of a page that has none in memory. */
  #read: { page: number; lines: readonly string[] } | undefined;

  constructor(parts: EventTellerParts, ring: EventRing) {
    this.#parts = parts;
    this.#ring = ring;
  }

  accepted(row: PageRow, { lines, head }: PageDraft, now: number): void {
    const ids = this.#parts.addresses.idsOf(row.id, 0, lines.length);
    for (const [slot, line] of lines.entries()) {
      const at = { uuid: head.alias?.[slot] ?? (ids[slot] as string), at: now };
      this.#ring.tell({ type: "task-sent", ...at, ...called(line, { row, eta: head.due?.[slot], expires: head.expires?.[slot] }) });
    }
  }

  granted(taken: readonly Taken[], now: number): void {
    for (const { page, slot } of taken) {
      const task = this.#task(page, slot, now);
      const line = this.#lineOf(page, slot);
      const retries = page.note(slot)?.retries ?? 0;
      const call = called(line ?? "{}", { row: page.row, eta: page.due(slot), expires: page.expires(slot) });
      this.#ring.tell({ type: "task-received", ...task, ...call, retries });
      this.#ring.tell({ type: "task-started", ...task });
    }
  }

  ran(page: OpenPage, outcome: Outcome, now: number): void {
    const { slot, state, result, traceback, startedAt, endedAt } = outcome;
    const ran = this.#ran.get(page) ?? new Map<number, number>();
    this.#ran.set(page, ran.set(slot, (endedAt - startedAt) / 1000));
    if (state === "RETRY") this.#ring.tell({ type: "task-retried", ...this.#task(page, slot, now), ...failed(result, traceback) });
    else if (state === "REJECTED") this.#ring.tell({ type: "task-rejected", ...this.#task(page, slot, now) });
  }

  ended(page: OpenPage, slots: readonly Ended[], now: number): void {
    for (const { slot, state, result, traceback, startedAt } of slots) {
      const task = this.#task(page, slot, now);
      if (state === "FAILURE") this.#ring.tell({ type: "task-failed", ...task, ...failed(result, traceback) });
      else if (state === "SUCCESS")
        this.#ring.tell({ type: "task-succeeded", ...task, ...this.#value(page, slot, result, startedAt, now) });
      else this.#ring.tell({ type: "task-revoked", ...task, terminated: startedAt !== null, expired: result.includes('["expired"]') });
    }
  }

  #value(page: OpenPage, slot: number, result: string, startedAt: number | null, now: number): Pick<TaskEvent, "result" | "runtime"> {
    const seconds = this.#ran.get(page)?.get(slot) ?? (now - (startedAt ?? now)) / 1000;
    return { result: cutText(result), runtime: Math.max(0, seconds) };
  }

  #task(page: OpenPage, slot: number, now: number): Pick<TaskEvent, "uuid" | "name" | "at"> {
    const uuid = page.alias(slot) ?? (this.#parts.addresses.idsOf(page.id, slot, 1)[0] as string);
    const line = this.#lineOf(page, slot);
    return line === undefined ? { uuid, at: now } : { uuid, name: nameOf(line), at: now };
  }

  #lineOf(page: OpenPage, slot: number): string | undefined {
    const { lines, pages } = this.#parts.book;
    const kept = lines.kept(page.id);
    if (kept !== undefined) return kept[slot];
    // To keep them would drive those out of memory that a claim is about to need.
    if (this.#read?.page !== page.id) this.#read = { page: page.id, lines: pages.lines(page.id) };
    return this.#read.lines[slot];
  }
}

interface CallTerms {
  row: PageRow;
  eta: number | undefined;
  expires: number | undefined;
}

function called(text: string, { row, eta, expires }: CallTerms): Omit<TaskEvent, "type" | "uuid" | "at" | "sequence"> {
  const event: ReturnType<typeof called> = { name: nameOf(text), queue: queueOf(row.queue) };
  if (text.length <= LONGEST_LINE) event.line = text;
  else {
    const { args = [], kwargs = {} } = JSON.parse(text) as Line;
    event.args = cutText(pythonRepr(args));
    event.kwargs = cutText(pythonRepr(kwargs));
  }
  if (eta !== undefined) event.eta = eta;
  if (expires !== undefined) event.expires = expires;
  return event;
}

function failed(result: string, traceback: string | null): Pick<TaskEvent, "exception" | "traceback"> {
  const exception = cutText(exceptionRepr(JSON.parse(result)));
  return traceback === null ? { exception } : { exception, traceback: cutText(traceback, 10 * CUT) };
}

/** How `composeCall` begins each line; a name that JSON has to escape is opened. */
function nameOf(line: string): string {
  const [, name] = /^\{"task":"([^"\\]*)"/.exec(line) ?? [];
  return name ?? (JSON.parse(line) as Partial<Line>).task ?? "";
}
