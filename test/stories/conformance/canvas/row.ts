import { type Signature, s, si } from "./signatures.ts";

/** One row of Celery's conformance list that is a canvas: its name begins with its number there. */
export interface CanvasRow {
  name: string;
  /** Made once, and submitted as JSON. `key` is the row's own in the notebook, where its callbacks write. */
  canvas(key: string): Signature;
  /** What `get()` of the whole gives, or raises: the class of the error. Absent where `look` looks at it. */
  comesTo?: { value: unknown } | { error: string };
  /** What the row's tasks noted by the time that nothing runs any more, in any order; default: not looked at. */
  notes?: readonly unknown[];
  /** The ids of what failed that errbacks noted, once each. */
  failed?(ran: Ran): readonly string[];
  /** A further look, once the whole has ended. */
  look?(ran: Ran): Promise<unknown>;
  shows?: unknown;
  /** Under `task_allow_error_cb_on_chord_header`. */
  errbacksOnHeader?: boolean;
}

/** Celery's result tree, as a submit answers it. */
export type ResultTree =
  | { task_id: string; parent: ResultTree | null }
  | { group_id: string; children: ResultTree[]; parent: ResultTree | null };

/** A result document, as far as rows look at it. */
export interface Shown {
  task_id: string;
  status: string;
  result: unknown;
  name: string;
  parent_id: string | null;
  root_id: string;
  group_id: string | null;
  date_done: string | null;
}

/** What is answered of a group. */
export interface ShownGroup {
  ready: boolean;
  successful: boolean;
  completed_count: number;
  count: number;
  results: Shown[];
}

/** A canvas that has ended. */
export interface Ran {
  key: string;
  tree: ResultTree;
  /** Milliseconds since 1970, taken before it was sent. */
  submittedAt: number;
  read(id: string): Promise<Shown>;
  group(id: string): Promise<ShownGroup>;
  /** What was noted under a key, in order. */
  noted(key: string): Promise<unknown[]>;
}

/** Rows of canvases that only come to a value. */
export function gives(name: string, canvas: Signature, value: unknown): CanvasRow {
  return { name, canvas: () => canvas, comesTo: { value } };
}

/** Rows of canvases that only fail. */
export function raises(name: string, canvas: Signature, error = "ExpectedError"): CanvasRow {
  return { name, canvas: () => canvas, comesTo: { error } };
}

/** A task that notes a word, and takes nothing from before: Celery's `redis_echo.si`. */
export function note(word: unknown, key: string): Signature {
  return si("note", word, key);
}

/** A callback, and an errback, that takes nothing. */
export const CB = (key: string) => note("CB", key);
export const EB = (key: string) => note("EB", key);

/** Celery's two styles of errbacks that take arguments: the id of what failed; or its request, the error and the stack. */
export const STYLES = ["old", "new"] as const;

/** An errback that notes its style under the id of what failed. */
export function mutableErrback(style: (typeof STYLES)[number]): Signature {
  return s(`errback_${style}_style`);
}

/** The results on the way back from a result by `parent`, the first one first. */
export function wayTo(tree: ResultTree): ResultTree[] {
  return tree.parent === null ? [tree] : [...wayTo(tree.parent), tree];
}

/** The id of the task that a tree ends with; of a group its own. */
export function idOf(tree: ResultTree): string {
  return "task_id" in tree ? tree.task_id : tree.group_id;
}
