/**
 * A canvas as it runs: calls, one after the other or side by side. Celery's rules about options, links and nested groups have been applied, so nothing but tasks carries any.
 */
import type { Canvas, ChainPart, ChordPart, GroupPart, TaskPart } from "./signature.ts";

/** One call. */
export interface Step extends Omit<TaskPart, "kind"> {
  kind: "step";
}

/** One after the other; at least one. */
export interface Series {
  kind: "series";
  /** What comes before gives the first no argument. */
  immutable: boolean;
  steps: readonly Flow[];
}

/** Side by side. */
export interface Parallel {
  kind: "parallel";
  immutable: boolean;
  members: readonly Flow[];
}

export type Flow = Step | Series | Parallel;

/** What a canvas is put together under. */
export interface FlowSetting {
  /** Celery's `task_allow_error_cb_on_chord_header`: a chord's errbacks are those of its header's tasks, too. */
  errbacksOnHeader: boolean;
}

/** What is handed down from a canvas to its parts. */
interface Inherited {
  options: Readonly<Record<string, unknown>>;
  links: readonly Canvas[];
  errbacks: readonly Canvas[];
  /** Something of the same chain comes before. */
  later?: boolean;
}

/**
 * Puts a canvas together, by Celery's rules: a chain's options go to its first task, its links to the last, its errbacks to all; a group's options and
 * errbacks to every member, its links to the first; a chord's options to all, its links and errbacks to the body. A group directly in a group is part of it; an
 * empty group is left out of a chain, unless it comes first. A canvas that is a group of one that ends in a group is that one.
 *
 * Unlike in Celery a group of one in a chain still gives a list, and a chord that follows another keeps both bodies.
 */
export function flowOf(canvas: Canvas, setting: FlowSetting): Flow {
  const flow = arrange(canvas, { options: {}, links: [], errbacks: [] }, setting);
  if (canvas.kind !== "group" || canvas.members.length !== 1 || flow.kind !== "parallel") return flow;
  const [only, ...more] = flow.members;
  return only !== undefined && more.length === 0 && endsInGroup(only) ? only : flow;
}

function arrange(part: Canvas, inherited: Inherited, setting: FlowSetting): Flow {
  const own: Inherited = {
    options: { ...part.options, ...inherited.options },
    links: unique([...part.links, ...inherited.links]),
    errbacks: unique([...part.errbacks, ...inherited.errbacks]),
    later: inherited.later ?? false,
  };
  switch (part.kind) {
    case "task":
      return { ...part, options: own.options, links: own.links, errbacks: own.errbacks, kind: "step" };
    case "chain":
      return arrangeChain(part, own, setting);
    case "group":
      return arrangeGroup(part, own, setting);
    case "chord":
      return arrangeChord(part, own, setting);
  }
}

function arrangeChain({ steps, immutable }: ChainPart, { options, links, errbacks, later = false }: Inherited, setting: FlowSetting): Flow {
  const { task_id, ...others } = options;
  const last = steps.length - 1;
  const arranged = steps.flatMap((step, index) => {
    const given = { ...(index === 0 ? others : {}), ...(index === last && task_id !== undefined ? { task_id } : {}) };
    const follows = later || index > 0;
    const flow = arrange(step, { options: given, links: index === last ? links : [], errbacks, later: follows }, setting);
    if (follows && flow.kind === "parallel" && flow.members.length === 0) return [];
    return flow.kind === "series" && !flow.immutable ? flow.steps : [flow];
  });
  const [only] = arranged;
  return arranged.length === 1 && only !== undefined && !immutable ? only : { kind: "series", immutable, steps: arranged };
}

function arrangeGroup({ members, immutable }: GroupPart, { options, links, errbacks }: Inherited, setting: FlowSetting): Parallel {
  // A group's id is made like a task's.
  const { task_id: _, ...others } = options;
  const callbacks = links.map((link) => ({ ...link, immutable: true }));
  const arranged = members.flatMap((member, index) => {
    const flow = arrange(member, { options: others, links: index === 0 ? callbacks : [], errbacks }, setting);
    return member.kind === "group" && flow.kind === "parallel" && !flow.immutable ? flow.members : [flow];
  });
  return { kind: "parallel", immutable, members: arranged };
}

function endsInGroup(flow: Flow): boolean {
  if (flow.kind !== "series") return flow.kind === "parallel";
  const last = flow.steps.at(-1);
  return last !== undefined && endsInGroup(last);
}

function arrangeChord({ header, body, immutable }: ChordPart, { options, links, errbacks }: Inherited, setting: FlowSetting): Series {
  const { task_id, ...others } = options;
  const onHeader = setting.errbacksOnHeader ? errbacks.map((errback) => ({ ...errback, immutable: true })) : [];
  const group: GroupPart = { kind: "group", members: header, immutable: false, options: {}, links: [], errbacks: [], path: "" };
  const first = arrangeGroup(group, { options: others, links: [], errbacks: onHeader }, setting);
  const given = { ...others, ...(task_id === undefined ? {} : { task_id }) };
  const then = arrange(body, { options: given, links, errbacks }, setting);
  const steps = then.kind === "series" && !then.immutable ? then.steps : [then];
  return { kind: "series", immutable, steps: [first, ...steps] };
}

/** Equal signatures are linked once, as in Celery. */
function unique(parts: readonly Canvas[]): readonly Canvas[] {
  if (parts.length < 2) return parts;
  const seen = new Set<string>();
  return parts.filter((part) => {
    const text = JSON.stringify(part, (key, value) => (key === "path" ? undefined : value));
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
