import type { GroupMember, GroupPart, NoCanvas, Started, TreeNode, TreePart } from "../../core/canvas/canvas-answers.ts";
import { type CallEnd, LiveCanvas, type LiveHost } from "../../core/canvas/live-canvas.ts";
import type { Source } from "../../core/canvas/plan.ts";
import { resultTree } from "../../core/canvas/result-tree.ts";
import type { Workflow, WorkflowBody, WorkflowCall } from "../../core/canvas/workflow.ts";
import type { TaskRecord } from "../../core/result.ts";

/** A task of a canvas, on the stage where it is to run. */
export interface LiveTask {
  /** It may run, with this line. What counts from now is `release` of its call. */
  release(line: string): void;
  /** It has ended without having run. */
  close(end: CallEnd): void;
}

/** Where the tasks of canvases run. */
export interface LiveStage {
  newId(): string;
  /** A task is known, and may not run yet. `ended` is to be told its end, if it runs or is revoked: not before `add` has returned. */
  add(id: string, call: WorkflowCall, ended: (end: CallEnd) => void): LiveTask;
  /** What is known of a task. */
  record(id: string): TaskRecord | undefined;
}

interface Place {
  canvas: LiveCanvas;
  slot: number;
}

/** What a canvas is begun with. */
interface Beginning {
  given?: string;
  /** The task that it stands for, and who is told its end. */
  into?: { id?: string; ended: (end: CallEnd) => void };
}

/** The most that one answer brings. */
const LARGEST_PART = 1_000;

/** The canvases of a stage in memory: begins them, and tells of them as a broker does. */
export class LiveCanvases implements LiveHost {
  readonly #stage: LiveStage;
  readonly #tasks = new Map<LiveCanvas, LiveTask[]>();
  readonly #into = new Map<LiveCanvas, (end: CallEnd) => void>();
  readonly #placeOf = new Map<string, Place>();
  readonly #groups = new Map<string, { canvas: LiveCanvas; join: number }>();

  constructor(stage: LiveStage) {
    this.#stage = stage;
  }

  /** Begins a canvas. */
  start({ handle, ...body }: Workflow): Started {
    const { ids, groups } = this.#begin(body, {});
    return { ok: true, ids: [...ids], groups: [...groups], tree: resultTree(handle, { ids, groups }) };
  }

  /** Begins the canvas that takes a task's place; `ended` is told how it ended. */
  replace(id: string, by: WorkflowBody, ended: (end: CallEnd) => void): void {
    this.#begin(by, { into: { id, ended } });
  }

  /** Adds a canvas to the group of a task; undefined: it is in none. */
  addToGroup(id: string, added: WorkflowBody): { ids: readonly string[]; groups: readonly string[] } | undefined {
    const place = this.#placeOf.get(id);
    const join = place?.canvas.layout.calls[place.slot]?.group ?? null;
    if (place === undefined || join === null) return undefined;
    const { canvas } = place;
    const slot = canvas.grow(
      join,
      { ...(added.calls.at(-1) ?? { queue: "celery" }), line: '{"task":"celery.group"}' },
      this.#stage.newId(),
    );
    return this.#begin(added, { into: { ended: (end) => canvas.end(slot, end) } });
  }

  release(canvas: LiveCanvas, slot: number, line: string): void {
    this.#tasks.get(canvas)?.[slot]?.release(line);
  }

  close(canvas: LiveCanvas, slot: number, end: CallEnd): void {
    this.#tasks.get(canvas)?.[slot]?.close(end);
  }

  begin(body: WorkflowBody, given: string): void {
    this.#begin(body, { given });
  }

  finished(canvas: LiveCanvas, end: CallEnd): void {
    this.#into.get(canvas)?.(end);
    this.#into.delete(canvas);
  }

  /** How far a group is, as a broker tells it. */
  group(id: string, cursor: string | null, limit: number): GroupPart | NoCanvas {
    const found = this.#groups.get(id);
    if (found === undefined) return { found: false, why: "unknown" };
    const { canvas, join } = found;
    const { parts = [], after = null } = canvas.layout.joins[join] ?? {};
    const from = Number(cursor ?? 0);
    const to = from + Math.min(limit, LARGEST_PART);
    const causes = parts.map((part) => canvas.causeOf(part));
    const first = parts.find((part) => "slot" in part);
    const over = causes.filter((cause) => cause !== undefined);
    return {
      found: true,
      groupId: id,
      parentId: first !== undefined && "slot" in first ? canvas.relativesOf(first.slot).parentId : null,
      count: parts.length,
      completed: over.length,
      successful: over.filter((cause) => cause === null).length,
      failed: parts.filter((part) => this.#hasFailed(canvas, part)).length,
      ready: parts.length === 0 ? after === null || canvas.causeOf(after) !== undefined : over.length === parts.length,
      members: parts.slice(from, to).map((part) => this.#member(canvas, part)),
      cursor: to < parts.length ? String(to) : null,
    };
  }

  /** The tasks of the canvas that a task or a group belongs to; undefined: it belongs to none. */
  tree(id: string, cursor: string | null, limit: number): TreePart | undefined {
    const canvas = this.#placeOf.get(id)?.canvas ?? this.#groups.get(id)?.canvas;
    if (canvas === undefined) return undefined;
    const from = Number(cursor ?? 0);
    const to = from + Math.min(limit, LARGEST_PART);
    const nodes = canvas.ids.slice(from, to).flatMap((_, index) => this.#node(canvas, from + index) ?? []);
    const rootId = canvas.ids.length === 0 ? id : canvas.relativesOf(0).rootId;
    return { found: true, rootId, nodes, cursor: to < canvas.ids.length ? String(to) : null };
  }

  #begin(body: WorkflowBody, { given, into }: Beginning): LiveCanvas {
    const ids = body.calls.map(({ taskId }) => taskId ?? this.#stage.newId());
    const groups = body.plan.layout.joins.map(() => this.#stage.newId());
    const canvas = new LiveCanvas({ body, ids, groups, host: this, ...(given === undefined ? {} : { given }) });
    // The last task of what stands for another is known by its id.
    if (into?.id !== undefined && canvas.to !== null && "slot" in canvas.to) ids[canvas.to.slot] = into.id;
    if (into !== undefined) this.#into.set(canvas, into.ended);
    for (const [join, group] of groups.entries()) this.#groups.set(group, { canvas, join });
    const add = (call: WorkflowCall, slot: number) => {
      const id = ids[slot] ?? "";
      if (!this.#placeOf.has(id)) this.#placeOf.set(id, { canvas, slot });
      return this.#stage.add(id, call, (end) => canvas.end(slot, end));
    };
    this.#tasks.set(canvas, body.calls.map(add));
    canvas.start();
    return canvas;
  }

  #hasFailed(canvas: LiveCanvas, part: Source): boolean {
    if ("slot" in part) return this.#stage.record(canvas.ids[part.slot] ?? "")?.state === "FAILURE";
    return (canvas.causeOf(part) ?? null) !== null;
  }

  #member(canvas: LiveCanvas, part: Source): GroupMember {
    if ("join" in part) return { groupId: canvas.groups[part.join] ?? "" };
    const task = this.#stage.record(canvas.ids[part.slot] ?? "");
    return task === undefined ? null : { task };
  }

  #node(canvas: LiveCanvas, slot: number): TreeNode | undefined {
    const record = this.#stage.record(canvas.ids[slot] ?? "");
    if (record === undefined) return undefined;
    const { id, state, line, receivedAt, startedAt, doneAt, children = [] } = record;
    const name: string = JSON.parse(line).task;
    const after = canvas.after(slot).map((next) => canvas.ids[next] ?? "");
    return { id, name, state, ...canvas.relativesOf(slot), children: [...after, ...children], receivedAt, startedAt, doneAt };
  }
}
