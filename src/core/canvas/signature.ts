/**
 * Signatures as Celery's JSON has them (`json.dumps(sig)` in Python): a call that is not made yet, or several put together by `chain`,
 * `group` and `chord`. Keys stay Celery's, for this is the wire form.
 */
export interface SignatureJson {
  task: string;
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
  options?: Readonly<Record<string, unknown>>;
  subtask_type?: "chain" | "group" | "chord" | "chunks" | "xmap" | "xstarmap" | null;
  /** The result of the step before is not put in front of the arguments. */
  immutable?: boolean;
}

/** What every part of a canvas may have beside its members. */
interface Part {
  /** What comes before gives it no argument; it still waits for it. */
  immutable: boolean;
  /** Options of `apply_async`, by their wire names, without `link` and `link_error`. */
  options: Readonly<Record<string, unknown>>;
  /** Run when it has succeeded, with its result. */
  links: readonly Canvas[];
  /** Run when it has failed. */
  errbacks: readonly Canvas[];
  /** Where it stood in what was read, for messages. */
  path: string;
}

/** One call. */
export interface TaskPart extends Part {
  kind: "task";
  task: string;
  args: readonly unknown[];
  kwargs: Readonly<Record<string, unknown>>;
}

/** One after the other, each with the result of the one before. */
export interface ChainPart extends Part {
  kind: "chain";
  steps: readonly Canvas[];
}

/** Side by side; the value is the list of their values. */
export interface GroupPart extends Part {
  kind: "group";
  members: readonly Canvas[];
}

/** A group, and what is run with the list of its values. */
export interface ChordPart extends Part {
  kind: "chord";
  header: readonly Canvas[];
  body: Canvas;
}

/** A signature that was read: whatever may be composed. */
export type Canvas = TaskPart | ChainPart | GroupPart | ChordPart;
