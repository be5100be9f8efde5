/** Where a call of a canvas stands among the others, told from the layout alone. */
import type { Layout, Source } from "./plan.ts";

/** The call whose id is told as the parent of another's: the one before, the last of a group; undefined: it comes first. */
export function parentOf(layout: Layout, call: number): number | undefined {
  const after = layout.calls[call]?.after ?? null;
  return after === null ? undefined : lastOf(layout, after);
}

/** The first call on the way to this one. */
export function rootOf(layout: Layout, call: number): number {
  let root = call;
  for (let parent = parentOf(layout, root); parent !== undefined; parent = parentOf(layout, root)) root = firstBefore(layout, root, parent);
  return root;
}

/** The call that stands last in a source: its id is told as the parent of what comes after. */
export function lastOf(layout: Layout, source: Source): number | undefined {
  return partOf(layout, source, -1);
}

/** The layout with one more call for each that was added, last in its group. */
export function grow({ calls, joins, handle }: Layout, grown: readonly { join: number }[]): Layout {
  const parts = joins.map((join) => [...join.parts]);
  const added = grown.map(({ join }, index) => {
    parts[join]?.push({ slot: calls.length + index });
    return { after: null, takes: false, group: join, member: false };
  });
  return { calls: [...calls, ...added], joins: joins.map((join, index) => ({ ...join, parts: parts[index] ?? [] })), handle };
}

/** All members of a group come from where its first one does. */
function firstBefore(layout: Layout, call: number, parent: number): number {
  const after = layout.calls[call]?.after ?? null;
  return after !== null && "join" in after ? (partOf(layout, after, 0) ?? parent) : parent;
}

function partOf(layout: Layout, source: Source, index: number): number | undefined {
  let at: Source | undefined = source;
  while (at !== undefined && "join" in at) {
    const join: Layout["joins"][number] | undefined = layout.joins[at.join];
    at = join?.parts.at(index) ?? join?.after ?? undefined;
  }
  return at?.slot;
}
