import type { Handle } from "./plan.ts";

/** Celery's result tree as JSON has it: the way to one result and, by `parent`, to those before it. Keys are the wire's. */
export type ResultTree =
  | { task_id: string; parent: ResultTree | null }
  | { group_id: string; children: ResultTree[]; parent: ResultTree | null };

/** The ids of a canvas that was submitted: those of its calls by slot, those of its groups by join. */
export interface CanvasIds {
  ids: readonly string[];
  groups: readonly string[];
}

/**
 * The result tree of a canvas that was submitted; null for one without any call. The way back from a group's child ends where that of its group goes on: told once for
 * all children, it is as long as the canvas and no longer.
 */
export function resultTree(handle: Handle | null, canvas: CanvasIds): ResultTree | null {
  return treeUpTo(handle, null, canvas);
}

function treeUpTo(handle: Handle | null, end: Handle | null, { ids, groups }: CanvasIds): ResultTree | null {
  // A chain may be thousands of steps long: its way back is walked, not descended.
  const way: Handle[] = [];
  for (let at = handle; at !== null && at !== end; at = at.parent) way.push(at);
  let tree: ResultTree | null = null;
  for (const each of way.toReversed()) {
    const parent: ResultTree | null = tree;
    if ("slot" in each) {
      tree = { task_id: ids[each.slot] ?? "", parent };
      continue;
    }
    const children = each.children.flatMap((child) => treeUpTo(child, each.parent, { ids, groups }) ?? []);
    tree = { group_id: groups[each.join] ?? "", children, parent };
  }
  return tree;
}
