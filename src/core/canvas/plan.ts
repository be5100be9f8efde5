/** A canvas laid out in slots: which calls there are, what each waits for, and where their values are put together. */
import type { Flow, Step } from "./flow.ts";

/** Where a value comes from: a call's slot, or a join. */
export type Source = { slot: number } | { join: number };

/** Where one call stands in the canvas, without the call itself. */
export interface Placement {
  /** What must have succeeded before; null: nothing. */
  after: Source | null;
  /** The value of `after` is put in front of its arguments. */
  takes: boolean;
  /** The group that it belongs to, by its join; null: none. */
  group: number | null;
  /** It follows a group as a member of another, not as the body of a chord. */
  member: boolean;
}

/** One call of the canvas. */
export interface PlannedCall extends Placement {
  step: Step;
}

/** Values put together as a list: those of a group's members. */
export interface Join {
  parts: readonly Source[];
  /** What must have succeeded before; it counts for a group without members only, for the members of others wait themselves. */
  after: Source | null;
  /** The join of the group that this one is in; null: none. */
  group: number | null;
}

/** The way to one result and, by `parent`, to those before it: Celery's result tree. */
export type Handle = { slot: number; parent: Handle | null } | { join: number; children: readonly Handle[]; parent: Handle | null };

/** The layout of a whole canvas. Slots are numbered in the order in which the calls stand in it. */
export interface Plan<Call extends Placement = PlannedCall> {
  calls: readonly Call[];
  joins: readonly Join[];
  /** What the canvas comes to; null for a canvas without any call. */
  handle: Handle | null;
}

/** A layout without the calls: all that is needed to know what follows from what. */
export type Layout = Plan<Placement>;

/**
 * Lays a canvas out. Takes time and memory in proportion to its calls, however deep it is nested.
 * @param given something is handed to what comes first, as a parent's result is to its link
 */
export function planOf(flow: Flow, { given = false }: { given?: boolean } = {}): Plan {
  const planner = new Planner(given);
  const placed = planner.place(flow, { after: null, takes: given, group: null, member: false, parent: null });
  return { calls: planner.calls, joins: planner.joins, handle: placed?.handle ?? null };
}

/** Where a part of the flow stands. */
interface Setting extends Placement {
  parent: Handle | null;
}

interface Placed {
  source: Source;
  handle: Handle;
}

class Planner {
  readonly calls: PlannedCall[] = [];
  readonly joins: Join[] = [];
  readonly #given: boolean;

  constructor(given: boolean) {
    this.#given = given;
  }

  place(flow: Flow, setting: Setting): Placed | undefined {
    switch (flow.kind) {
      case "step":
        return this.#placeStep(flow, setting);
      case "series": {
        let at: Setting = { ...setting, takes: setting.takes && !flow.immutable };
        let placed: Placed | undefined;
        for (const step of flow.steps) {
          placed = this.place(step, at);
          if (placed !== undefined) at = { ...setting, after: placed.source, takes: true, member: false, parent: placed.handle };
        }
        return placed;
      }
      case "parallel": {
        const join = this.joins.length;
        const parts: Source[] = [];
        const children: Handle[] = [];
        this.joins.push({ parts, after: setting.after, group: setting.group });
        const inside = { ...setting, takes: setting.takes && !flow.immutable, group: join, member: isJoin(setting.after) };
        for (const member of flow.members) {
          const placed = this.place(member, inside);
          if (placed === undefined) continue;
          parts.push(placed.source);
          children.push(placed.handle);
        }
        return { source: { join }, handle: { join, children, parent: setting.parent } };
      }
    }
  }

  #placeStep(step: Step, { parent, ...call }: Setting): Placed {
    const slot = this.calls.length;
    this.calls.push({ ...call, takes: call.takes && (this.#given || call.after !== null) && !step.immutable, step });
    return { source: { slot }, handle: { slot, parent } };
  }
}

function isJoin(source: Source | null): boolean {
  return source !== null && "join" in source;
}
