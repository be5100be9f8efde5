import { unpackLayout } from "../core/canvas/packed-layout.ts";
import type { Layout, Placement, Source } from "../core/canvas/plan.ts";
import { type Following, Progress } from "../core/canvas/progress.ts";
import { lastOf, parentOf, rootOf } from "../core/canvas/relatives.ts";
import { fromRuns } from "../core/canvas/runs.ts";
import type { Callbacks, Template, WorkflowPlan } from "../core/canvas/workflow.ts";
import type { FinalState } from "../core/state.ts";
import type { Named } from "./store/names.ts";

/** A workflow as it is written down. */
export interface WorkflowRecord {
  version: 1;
  plan: WorkflowPlan;
  /** Where its calls lie, in their order: so many from a slot of a page on. */
  places: [page: number, slot: number, call: number, count: number][];
  /** What counts from the release of a call (milliseconds), by call. */
  release?: Record<string, { countdown?: number; expires?: number }>;
  /** What is put in front of the arguments of those that come first, as JSON texts with commas between them. */
  given?: string;
  /** The task that it stands for (Celery's `replace`). */
  into?: Named;
}

/** A call that was added to a group while the workflow ran: to which join, under which nonce, the page that it lies alone on, and the workflow that stands in its place. */
export interface GrownCall {
  join: number;
  nonce: string;
  page: number;
  by: number;
}

/** A workflow in memory: how its calls hang together, and how far they are. Calls are numbered as they stand in the canvas. */
export class Workflow {
  readonly id: number;
  readonly record: WorkflowRecord;
  /** With the calls that were added. */
  layout: Layout;
  /** What it comes to; null: there is nothing in it. */
  readonly to: Source | null;
  readonly #progress: Progress;
  readonly #released: Uint8Array;
  readonly #callbacks: Uint32Array;
  readonly #planned: number;
  readonly #grown: GrownCall[] = [];
  readonly #grownBy = new Map<string, GrownCall>();
  #growing: { calls: Placement[]; parts: Source[][] } | undefined;

  constructor(id: number, record: WorkflowRecord) {
    this.id = id;
    this.record = record;
    const { layout, to } = unpackLayout(record.plan.layout);
    this.layout = layout;
    this.to = to;
    this.#planned = layout.calls.length;
    this.#progress = new Progress(layout);
    this.#released = new Uint8Array(this.#planned);
    this.#callbacks = Uint32Array.from(fromRuns(record.plan.callbacksOf));
  }

  get size(): number {
    return this.layout.calls.length;
  }

  /** To be asked first. */
  start(): Following {
    return this.#note(this.#progress.start());
  }

  /** A call was added; it stands after all others, last in its group. */
  grow(added: GrownCall): void {
    const { join } = added;
    if (this.#growing === undefined) {
      const { calls, joins, handle } = this.layout;
      this.#growing = { calls: [...calls], parts: joins.map(({ parts }) => [...parts]) };
      const grown = this.#growing;
      this.layout = { calls: grown.calls, joins: joins.map((each, index) => ({ ...each, parts: grown.parts[index] ?? [] })), handle };
    }
    const { calls, parts } = this.#growing;
    parts[join]?.push({ slot: calls.length });
    calls.push({ after: null, takes: false, group: join, member: false });
    this.#progress.add(join);
    this.#grown.push(added);
    this.#grownBy.set(added.nonce, added);
  }

  /** The calls that were added, in their order. */
  get grown(): readonly GrownCall[] {
    return this.#grown;
  }

  /** What was added under a nonce. */
  grownUnder(nonce: string): GrownCall | undefined {
    return this.#grownBy.get(nonce);
  }

  /** A call has ended. */
  end(call: number, state: FinalState): Following {
    return this.#note(this.#progress.end(call, state));
  }

  /** Whether a call waits for others. */
  sleeps(call: number): boolean {
    return this.#released[call] === 0 && !this.#progress.isOver(call);
  }

  isOver(call: number): boolean {
    return this.#progress.isOver(call);
  }

  get areAllOver(): boolean {
    return this.#progress.areAllOver;
  }

  /** How a source has ended: undefined while it has not, null when it has succeeded, else the call to blame. */
  causeOf(source: Source): number | null | undefined {
    return this.#progress.causeOf(source);
  }

  /** How the whole has ended. */
  get cause(): number | null | undefined {
    return this.to === null ? null : this.causeOf(this.to);
  }

  callbacksOf(call: number): Callbacks | undefined {
    const set = this.#callbacks[call] ?? 0;
    return set === 0 ? undefined : this.record.plan.callbacks[set - 1];
  }

  template(index: number): Template | undefined {
    return this.record.plan.templates[index];
  }

  /** Where a call lies. */
  placeOf(call: number): Named {
    const added = this.#grown[call - this.#planned];
    if (added !== undefined) return { page: added.page, slot: 0 };
    const { places } = this.record;
    let low = 0;
    for (let high = places.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((places[middle]?.[2] ?? 0) <= call) low = middle;
      else high = middle - 1;
    }
    const [page, slot, first] = places[low] ?? [0, 0, 0];
    return { page, slot: slot + call - first };
  }

  /** The numbers of its pages, each once, the newest first: what ends and expires does so from the oldest on. */
  pages(): number[] {
    const pages = [...this.record.places.map(([page]) => page), ...this.#grown.map(({ page }) => page)];
    return [...new Set(pages.reverse())];
  }

  /** See `parentOf` of relatives.ts. */
  parentOf(call: number): number | undefined {
    return parentOf(this.layout, call);
  }

  /** See `rootOf` of relatives.ts. */
  rootOf(call: number): number {
    return rootOf(this.layout, call);
  }

  /** The first calls that come right after one: those that wait for it, or for a group that it is a part of; `most` of them. */
  after(call: number, most: number): number[] {
    return this.#progress.after(call, most);
  }

  /** See `lastOf` of relatives.ts. */
  lastOf(source: Source): number | undefined {
    return lastOf(this.layout, source);
  }

  #note(following: Following): Following {
    for (const call of following.ready) this.#released[call] = 1;
    return following;
  }
}
