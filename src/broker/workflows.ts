import { decodeOutcomes } from "../core/outcomes.ts";
import type { FinalState } from "../core/state.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow, PageStore } from "./store/pages.ts";
import type { WorkflowStore } from "./store/workflows.ts";
import { type GrownCall, Workflow, type WorkflowRecord } from "./workflow.ts";

/** Workflows of so many calls together stay in memory, and each counts for so many more. */
const KEPT_CALLS = 1_000_000;
/** When they are more, so many are left: whoever takes one by one from the front of a map passes over the holes each time. */
const LEFT_CALLS = 900_000;
const EACH = 20;

/**
 * The workflows that something was asked of lately. What is in memory is made from the record and from how its calls have ended, as it is written down: it may be let go of at any
 * time but between the writing of an end and its telling.
 */
export class Workflows {
  readonly #store: WorkflowStore;
  readonly #pages: PageStore;
  readonly #outcomes: OutcomeStore;
  readonly #kept = new Map<number, Workflow>();
  #calls = 0;

  constructor(store: WorkflowStore, pages: PageStore, outcomes: OutcomeStore) {
    this.#store = store;
    this.#pages = pages;
    this.#outcomes = outcomes;
  }

  /** A workflow by its number; nothing when it has expired. */
  get(id: number): Workflow | undefined {
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      // The least lately used is let go of first.
      this.#kept.delete(id);
      this.#kept.set(id, kept);
      return kept;
    }
    const texts = this.#store.get(id);
    if (texts === undefined) return undefined;
    const workflow = new Workflow(id, JSON.parse(texts.text) as WorkflowRecord);
    for (const added of texts.later) workflow.grow(JSON.parse(added) as GrownCall);
    return this.#read(workflow);
  }

  /** Takes a new one into memory; it is written down with `write`, once its places are known. */
  begin(workflow: Workflow): void {
    this.#keep(workflow);
  }

  /** Writes a workflow down. */
  write({ id, record }: Workflow): void {
    this.#store.put(id, JSON.stringify(record));
  }

  /** Writes down a call that was added, and takes it into memory. */
  grow(workflow: Workflow, added: GrownCall): void {
    this.#store.add(workflow.id, workflow.grown.length, JSON.stringify(added));
    workflow.grow(added);
    if (this.#kept.get(workflow.id) === workflow) this.#calls += 1;
  }

  /** The slots of a page that wait for others of their workflow; nothing for a page that is of none. */
  sleeping({ head }: PageRow): ReadonlySet<number> | undefined {
    const workflow = head.w && this.get(head.w.id);
    if (workflow === undefined) return undefined;
    const sleeping = new Set<number>();
    for (const [call, slot, count] of head.w?.at ?? [])
      for (let index = 0; index < count; index++) if (workflow.sleeps(call + index)) sleeping.add(slot + index);
    return sleeping;
  }

  /** Whether anything of a workflow has not ended. */
  isUnfinished(id: number): boolean {
    const workflow = this.get(id);
    if (workflow === undefined) return false;
    return !workflow.areAllOver && workflow.pages().some((page) => (this.#pages.note(page)?.due ?? null) !== null);
  }

  /** A page of a workflow was deleted: with the last one goes the workflow. */
  leave(id: number): void {
    const workflow = this.get(id);
    if (workflow === undefined || workflow.pages().some((page) => this.#pages.note(page) !== undefined)) return;
    this.#store.delete(id);
    this.drop(workflow);
  }

  /** Lets go of what is too much. Not between the writing of an end and its telling. */
  trim(): void {
    if (this.#calls <= KEPT_CALLS) return;
    for (const workflow of this.#kept.values()) {
      if (this.#calls <= LEFT_CALLS || this.#kept.size <= 1) return;
      this.drop(workflow);
    }
  }

  /** Reads back how far one has come that is not in memory. */
  #read(workflow: Workflow): Workflow {
    workflow.start();
    const ends = new Map(workflow.pages().map((page) => [page, new Map(this.#ends(page))]));
    // In their order, so that what ended for another's sake is told after that one.
    for (let call = 0; call < workflow.size; call++) {
      const { page, slot } = workflow.placeOf(call);
      const state = ends.get(page)?.get(slot);
      if (state !== undefined) workflow.end(call, state);
    }
    this.#keep(workflow);
    return workflow;
  }

  *#ends(page: number): Generator<[slot: number, state: FinalState]> {
    const outcome = this.#pages.get(page)?.outcome ?? null;
    if (outcome !== null) for (const { slot, state } of decodeOutcomes(outcome)) yield [slot, state];
    for (const [slot, state] of this.#outcomes.ends(page)) yield [slot, state as FinalState];
  }

  #keep(workflow: Workflow): void {
    this.#kept.set(workflow.id, workflow);
    this.#calls += workflow.size + EACH;
  }

  /** Lets go of a workflow: it is read back when something is asked of it. */
  drop(workflow: Workflow): void {
    if (this.#kept.delete(workflow.id)) this.#calls -= workflow.size + EACH;
  }
}

/** Which call of its workflow lies in a slot of a page. */
export function callAt({ head }: Pick<PageRow, "head">, slot: number): number {
  const runs = head.w?.at ?? [];
  let low = 0;
  for (let high = runs.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.[1] ?? 0) <= slot) low = middle;
    else high = middle - 1;
  }
  const [call, first] = runs[low] ?? [0, 0];
  return call + slot - first;
}
