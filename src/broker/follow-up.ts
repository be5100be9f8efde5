import { exceeds } from "../core/byte-length.ts";
import { callbackGets, chordError, type FailedTask, sameEnd, tooLongResult } from "../core/canvas/canvas-errors.ts";
import type { Ended } from "../core/outcomes.ts";
import { PAYLOAD_LIMIT } from "../core/payload-limit.ts";
import { revokedOutcome } from "../core/revocation.ts";
import { beginCanvas, type InnerCanvas } from "./begin-canvas.ts";
import type { Book } from "./book.ts";
import { addEnding, type Endings } from "./endings.ts";
import { OpenPage } from "./open-page.ts";
import type { StepLines } from "./step-lines.ts";
import type { PageRow } from "./store/pages.ts";
import { wake } from "./wake.ts";
import type { Workflow } from "./workflow.ts";
import { callAt } from "./workflows.ts";

/** What ended, of workflows: to be told once it is written down. */
export interface ToFollow {
  /** With what they need kept in memory until then. */
  ends: { workflow: Workflow; call: number; outcome: Ended }[];
  /** Workflows that stood for tasks that have ended. */
  orphans: Workflow[];
}

/** What follows from the end of tasks of workflows: others are released, ended, or called. Inside the transaction that writes the end down. */
export class FollowUp {
  readonly #book: Book;
  readonly #lines: StepLines;
  readonly #joined: (workflow: number, join: number) => void;
  /** Pages that lie on disk only, during one following. */
  readonly #apart = new Map<number, OpenPage>();

  /** @param joined is told of every group that has come to its end */
  constructor(book: Book, lines: StepLines, joined: (workflow: number, join: number) => void) {
    this.#book = book;
    this.#lines = lines;
    this.#joined = joined;
  }

  /** Looks at ends before they are written down: a workflow that is read from its rows later would know of them already. Nothing: none is of a workflow. */
  before(endings: Endings): ToFollow | undefined {
    let found: ToFollow | undefined;
    for (const [page, slots] of endings) {
      const { w } = page.row.head;
      if (w === undefined && !page.tried) continue;
      for (const outcome of slots) {
        const by = page.tried ? page.note(outcome.slot)?.by : undefined;
        if (w === undefined && by === undefined) continue;
        found ??= { ends: [], orphans: [] };
        const workflow = w && this.#book.workflows.get(w.id);
        if (workflow !== undefined) found.ends.push({ workflow, call: callAt(page.row, outcome.slot), outcome });
        const orphan = by === undefined ? undefined : this.#book.workflows.get(by);
        if (orphan !== undefined) found.orphans.push(orphan);
      }
    }
    return found;
  }

  /** Does what follows from ends that are written down; gives the tasks that end with them. */
  follow({ ends, orphans }: ToFollow, now: number): Endings {
    const endings: Endings = new Map();
    const touched = new Set<Workflow>();
    for (const { workflow, call, outcome } of ends) {
      touched.add(workflow);
      if (workflow.isOver(call)) continue;
      this.#callBack(workflow, call, outcome, endings, now);
      const { ready, ended, joined } = workflow.end(call, outcome.state);
      // At once: a page that is read in between has what is released in line already, and it would stand there twice.
      this.#release(workflow, ready, now);
      const known = new Map<number, Ended>([[call, outcome]]);
      for (const { slot, cause, as, errbacks } of ended) {
        const page = this.#pageOf(workflow, slot);
        const at = workflow.placeOf(slot).slot;
        // It was revoked together with what it waited for.
        if (page === undefined || page.hasEnded(at)) continue;
        const of = known.get(cause) ?? this.#outcomeOf(workflow, cause);
        const document = as === "same" ? of && sameEnd(of, ended.length) : chordError(this.#lines.idOf(workflow, cause), of?.result);
        const end: Ended = {
          slot: at,
          state: document?.state ?? "FAILURE",
          result: document?.result ?? "null",
          traceback: null,
          worker: null,
          startedAt: null,
          doneAt: now,
        };
        known.set(slot, end);
        addEnding(endings, page, end);
        if (errbacks) this.#callBack(workflow, slot, end, endings, now);
      }
      for (const { join } of joined) this.#joined(workflow.id, join);
    }
    for (const workflow of orphans) this.#revokeRest(workflow, endings, now);
    for (const workflow of touched) this.conclude(workflow, endings, now);
    this.#apart.clear();
    this.#book.workflows.trim();
    return endings;
  }

  /** Begins a canvas; what of it is revoked by its stamps is added to `endings`. */
  begin(canvas: InnerCanvas, endings: Endings, now: number): Workflow {
    const { workflow, refused } = beginCanvas(this.#book, canvas, now);
    for (const { page: id, slot } of refused) {
      const page = this.#open(id);
      if (page !== undefined) addEnding(endings, page, { slot, ...revokedOutcome("revoked", now) });
    }
    return workflow;
  }

  /** Ends the task that a workflow stands for, if that has ended. */
  conclude(workflow: Workflow, endings: Endings, now: number): void {
    const { into } = workflow.record;
    const { cause } = workflow;
    if (into === undefined || cause === undefined) return;
    const page = this.#open(into.page);
    if (page === undefined || page.hasEnded(into.slot) || endings.get(page)?.some(({ slot }) => slot === into.slot) === true) return;
    const end = { slot: into.slot, traceback: null, worker: null, startedAt: null, doneAt: now };
    if (cause !== null) {
      const of = this.#outcomeOf(workflow, cause);
      const known = endings.get(this.#pageOf(workflow, cause) ?? page)?.find(({ slot }) => slot === workflow.placeOf(cause).slot);
      const { state = "FAILURE", result = "null", traceback = null } = of ?? known ?? {};
      addEnding(endings, page, { ...end, state, result, traceback });
      return;
    }
    const value = workflow.to === null ? "null" : this.#lines.values.of(workflow, workflow.to);
    this.#lines.values.forget();
    const tooLong = value === undefined || exceeds(value, PAYLOAD_LIMIT);
    addEnding(endings, page, tooLong ? { ...end, state: "FAILURE", result: tooLongResult } : { ...end, state: "SUCCESS", result: value });
  }

  #release(workflow: Workflow, ready: readonly number[], now: number): void {
    const asleep = new Map<OpenPage, number>();
    for (const call of ready) {
      const { slot } = workflow.placeOf(call);
      const page = this.#pageOf(workflow, call);
      if (page === undefined) continue;
      const release = workflow.record.release?.[call];
      if (release !== undefined) {
        const { countdown, expires } = release;
        const note = { attempts: 0, lostAlone: 0, waits: "again" as const };
        const times = {
          ...(countdown === undefined ? {} : { due: now + countdown }),
          ...(expires === undefined ? {} : { expires: now + expires }),
        };
        this.#book.notes.put(page, slot, { ...note, ...times });
      }
      if (this.#book.open.has(page.id)) this.#book.await(page, slot, now);
      else asleep.set(page, Math.min(asleep.get(page) ?? Number.POSITIVE_INFINITY, Math.max(now, page.due(slot) ?? now)));
    }
    for (const [page, due] of asleep) {
      wake(this.#book, page, due, now);
      this.#apart.delete(page.id);
    }
  }

  #callBack(workflow: Workflow, call: number, outcome: Ended, endings: Endings, now: number): void {
    const callbacks = workflow.callbacksOf(call);
    if (callbacks === undefined) return;
    const which = outcome.state === "SUCCESS" ? callbacks.links : outcome.state === "FAILURE" ? callbacks.errbacks : [];
    if (which.length === 0) return;
    const { page, slot } = workflow.placeOf(call);
    const relatives = this.#lines.relatives(workflow, call);
    const task: FailedTask = {
      id: this.#lines.idOf(workflow, call),
      rootId: relatives.rootId,
      parentId: relatives.parentId,
      line: this.#book.lines.of(page)[slot] ?? "{}",
    };
    for (const index of which) {
      const template = workflow.template(index);
      if (template === undefined) continue;
      const { calls, plan, given } = template;
      const parent = { id: task.id, rootId: task.rootId };
      this.begin({ calls, plan: { ...plan, parent }, given: callbackGets(given, task, outcome) }, endings, now);
    }
  }

  /** The task that a workflow stood for was revoked: what waits of it is, too. */
  #revokeRest(workflow: Workflow, endings: Endings, now: number): void {
    for (let call = 0; call < workflow.size; call++) {
      if (workflow.isOver(call)) continue;
      const { page: id, slot } = workflow.placeOf(call);
      const page = this.#open(id);
      if (page === undefined || page.hasEnded(slot) || this.#book.holder(id, slot) !== undefined) continue;
      addEnding(endings, page, { slot, ...revokedOutcome("revoked", now) });
    }
  }

  #outcomeOf(workflow: Workflow, call: number): Ended | undefined {
    const { page, slot } = workflow.placeOf(call);
    const row: PageRow | undefined = this.#book.open.get(page)?.row ?? this.#book.pages.get(page);
    return row && this.#book.results.find(row, slot);
  }

  #pageOf(workflow: Workflow, call: number): OpenPage | undefined {
    return this.#open(workflow.placeOf(call).page);
  }

  /** A page with what is written down of it; one that lies on disk stays there. Nothing: all of it has ended. */
  #open(id: number): OpenPage | undefined {
    const known = this.#book.open.get(id) ?? this.#apart.get(id);
    if (known !== undefined) return known;
    const row = this.#book.pages.get(id);
    if (row === undefined || row.due === null) return undefined;
    const page = new OpenPage(row, this.#book.outcomes.slots(id));
    this.#book.notes.read(page);
    this.#apart.set(id, page);
    return page;
  }
}
