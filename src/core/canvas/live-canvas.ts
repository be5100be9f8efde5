import type { Line } from "../call.ts";
import type { FinalState } from "../state.ts";
import { callbackGets, chordError, sameEnd } from "./canvas-errors.ts";
import { unpackLayout } from "./packed-layout.ts";
import type { Layout, Source } from "./plan.ts";
import { type Following, Progress } from "./progress.ts";
import { grow, parentOf, rootOf } from "./relatives.ts";
import { fromRuns } from "./runs.ts";
import { valueFrom } from "./value.ts";
import type { WorkflowBody, WorkflowCall } from "./workflow.ts";

/** How a call of a canvas ended; `result` is JSON text. */
export interface CallEnd {
  state: FinalState;
  result: string;
  traceback: string | null;
}

/** Where a canvas that runs in memory tells what happens. What it is told it may not answer at once: it is to return first. */
export interface LiveHost {
  /** A call may run now, with this line. */
  release(canvas: LiveCanvas, slot: number, line: string): void;
  /** A call has ended without having run. */
  close(canvas: LiveCanvas, slot: number, end: CallEnd): void;
  /** A callback is to be run as a canvas of its own; what it is given stands in front of its first arguments. */
  begin(body: WorkflowBody, given: string): void;
  /** The whole has ended; told once. */
  finished(canvas: LiveCanvas, end: CallEnd): void;
}

/** What a canvas that runs in memory is made from. */
export interface LiveParts {
  body: WorkflowBody;
  /** By slot, and by join. */
  ids: string[];
  groups: string[];
  host: LiveHost;
  /** What is put in front of the arguments of those that come first: JSON texts with commas between. */
  given?: string;
}

/** A canvas that runs in memory, by the rules of the broker: where it is called (`apply`, `task_always_eager`), and in a test's broker. */
export class LiveCanvas {
  readonly ids: readonly string[];
  readonly groups: readonly string[];
  /** What it comes to; null: there is nothing in it. */
  readonly to: Source | null;
  readonly #parts: LiveParts;
  readonly #calls: WorkflowCall[];
  readonly #callbacks: number[];
  /** In the order in which they came. */
  readonly #ends = new Map<number, CallEnd>();
  #layout: Layout;
  #progress: Progress;
  #finished = false;

  constructor(parts: LiveParts) {
    const { body, ids, groups } = parts;
    const { layout, to } = unpackLayout(body.plan.layout);
    this.#parts = parts;
    this.#calls = [...body.calls];
    this.#callbacks = [...fromRuns(body.plan.callbacksOf)];
    this.#layout = layout;
    this.#progress = new Progress(layout);
    this.ids = ids;
    this.groups = groups;
    this.to = to;
  }

  get layout(): Layout {
    return this.#layout;
  }

  get calls(): readonly WorkflowCall[] {
    return this.#calls;
  }

  /** Lets run what waits for nothing. */
  start(): void {
    this.#follow(this.#progress.start());
  }

  /** A call has ended; one that had is not heard. */
  end(slot: number, end: CallEnd): void {
    if (this.#progress.isOver(slot)) return;
    this.#ends.set(slot, end);
    const following = this.#progress.end(slot, end.state);
    this.#callBack(slot, end);
    this.#follow(following);
  }

  /** How a source has ended: undefined while it has not, null when it has succeeded, else the call to blame. */
  causeOf(source: Source): number | null | undefined {
    return this.#progress.causeOf(source);
  }

  /** The calls that come right after one. */
  after(slot: number): number[] {
    return this.#progress.after(slot, this.#calls.length);
  }

  /** Adds a call to a group of it, whose end is told by `end` like that of any other. Answers its slot. */
  grow(join: number, call: WorkflowCall, id: string): number {
    const slot = this.#calls.push(call) - 1;
    this.#parts.ids[slot] = id;
    this.#layout = grow(this.#layout, [{ join }]);
    this.#progress = new Progress(this.#layout);
    this.#progress.start();
    for (const [ended, { state }] of this.#ends) this.#progress.end(ended, state);
    return slot;
  }

  /** Who called a call, and what it belongs to. */
  relativesOf(slot: number): { rootId: string; parentId: string | null; groupId: string | null } {
    const { parent: maker } = this.#parts.body.plan;
    const parent = parentOf(this.#layout, slot);
    const group = this.#layout.calls[slot]?.group ?? null;
    return {
      rootId: maker?.rootId ?? this.#idOf(rootOf(this.#layout, slot)),
      parentId: parent === undefined ? (maker?.id ?? null) : this.#idOf(parent),
      groupId: group === null ? null : (this.groups[group] ?? null),
    };
  }

  #follow({ ready, ended }: Following): void {
    const { host } = this.#parts;
    for (const { slot, cause, as, errbacks } of ended) {
      const of = this.#ends.get(cause);
      const document = as === "same" ? of && sameEnd({ ...of, ...UNKNOWN }, ended.length) : chordError(this.#idOf(cause), of?.result);
      const end: CallEnd = { state: document?.state ?? "FAILURE", result: document?.result ?? "null", traceback: null };
      this.#ends.set(slot, end);
      host.close(this, slot, end);
      if (errbacks) this.#callBack(slot, end);
    }
    for (const slot of ready) host.release(this, slot, this.#lineOf(slot));
    this.#finish();
  }

  #finish(): void {
    const cause = this.to === null ? null : this.causeOf(this.to);
    if (this.#finished || cause === undefined) return;
    this.#finished = true;
    const value = cause === null ? { state: "SUCCESS" as const, result: this.#valueOf(this.to), traceback: null } : this.#ends.get(cause);
    if (value !== undefined) this.#parts.host.finished(this, value);
  }

  #callBack(slot: number, { state, result, traceback }: CallEnd): void {
    const { host, body } = this.#parts;
    const callbacks = body.plan.callbacks[(this.#callbacks[slot] ?? 0) - 1];
    const which = callbacks === undefined ? [] : state === "SUCCESS" ? callbacks.links : state === "FAILURE" ? callbacks.errbacks : [];
    const { rootId, parentId } = this.relativesOf(slot);
    const task = { id: this.#idOf(slot), rootId, parentId, line: this.#calls[slot]?.line ?? "{}" };
    for (const index of which) {
      const template = body.plan.templates[index];
      if (template === undefined) continue;
      const { calls, plan, given } = template;
      const parent = { id: task.id, rootId };
      host.begin({ calls, plan: { ...plan, parent } }, callbackGets(given, task, { state, result, traceback, ...UNKNOWN }));
    }
  }

  #lineOf(slot: number): string {
    const { args = [], ...line } = JSON.parse(this.#calls[slot]?.line ?? "{}") as Line;
    const { rootId, parentId, groupId } = this.relativesOf(slot);
    const related: Line = { ...line, root_id: rootId };
    if (parentId !== null) related.parent_id = parentId;
    if (groupId !== null) related.group_id = groupId;
    // Later steps need what the task itself may not keep.
    if (related.ignore_result === true) related.ignore_result = false;
    const all = [this.#givenTo(slot), JSON.stringify(args).slice(1, -1)].filter((part) => part !== "").join(",");
    return `{"args":[${all}],${JSON.stringify(related).slice(1)}`;
  }

  #givenTo(slot: number): string {
    const { takes = false, after = null } = this.#layout.calls[slot] ?? {};
    if (!takes) return "";
    return after === null ? (this.#parts.given ?? "") : this.#valueOf(after);
  }

  #valueOf(source: Source | null): string {
    if (source === null) return "null";
    return valueFrom(this.#layout, source, (slot) => this.#ends.get(slot)?.result ?? "null", Number.POSITIVE_INFINITY) ?? "null";
  }

  #idOf(slot: number): string {
    return this.ids[slot] ?? "";
  }
}

/** What is not kept in memory. */
const UNKNOWN = { worker: null, startedAt: null, doneAt: 0 };
