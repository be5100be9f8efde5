/** What a broker tells of canvases; times are milliseconds since 1970. */
import type { TaskRecord } from "../result.ts";
import type { KnownState } from "../state.ts";
import type { CanvasIds, ResultTree } from "./result-tree.ts";

/** A canvas that was submitted. */
export interface Started extends CanvasIds {
  ok: true;
  /** The ids of its calls by slot, of its groups by join. */
  ids: string[];
  groups: string[];
  /** Null: there was no call in it, and no group. */
  tree: ResultTree | null;
}

/** Asks for the workflow that a task belongs to, a part at a time. */
export interface TreeRequest {
  version: 1;
  /** A task's id, or a group's. */
  id: string;
  /** Of the part before; null for the first one. */
  cursor: string | null;
  /** At most so many nodes; 1 to 1,000. */
  limit: number;
}

/** One task of a workflow. */
export interface TreeNode {
  id: string;
  /** The task's name. */
  name: string;
  state: KnownState;
  rootId: string;
  /** What it came after, or who made it; null: nobody. */
  parentId: string | null;
  groupId: string | null;
  /** What comes after it, and what it called; what its callbacks call has its id as parent. */
  children: string[];
  receivedAt: number;
  startedAt: number | null;
  doneAt: number | null;
}

/** A part of a workflow, in the order in which its calls stand in the canvas. A task that belongs to none is a workflow of one. */
export interface TreePart {
  found: true;
  rootId: string;
  nodes: TreeNode[];
  /** Where the next part begins; null: this was the last. */
  cursor: string | null;
}

/** Asks how far a group is, and for its results in order. */
export interface GroupRequest {
  version: 1;
  id: string;
  /** The answer may wait so long for the group's end; at most 60,000. */
  waitMilliseconds: number;
  cursor: string | null;
  /** At most so many members; 1 to 1,000. */
  limit: number;
}

/** A member of a group: the task that it comes to, or a group that stands last in it; null: its result has expired. */
export type GroupMember = { task: TaskRecord } | { groupId: string } | null;

/** How far a group is, and some of its members in order. */
export interface GroupPart {
  found: true;
  groupId: string;
  /** The task that comes before it; null: none does. */
  parentId: string | null;
  /** Its members; how many of them have ended, and how. */
  count: number;
  completed: number;
  successful: number;
  failed: number;
  /** All have ended. */
  ready: boolean;
  members: GroupMember[];
  cursor: string | null;
}

/** The id was never given, or what it named has expired. */
export interface NoCanvas {
  found: false;
  why: "unknown" | "expired";
}
