import type { Call } from "../core/call.ts";
import type { GroupPart, GroupRequest, NoCanvas, Started, TreePart, TreeRequest } from "../core/canvas/canvas-answers.ts";
import type { Workflow } from "../core/canvas/workflow.ts";
import type { Lookup, TaskRecord } from "../core/result.ts";
import type { StampedHeaders } from "../core/revocation.ts";

/**
 * What became of a task that was revoked. `revoked`: it waited, and has ended as REVOKED. `flagged`: it runs on, and will not run again.
 * `terminated`: it ran, and has ended as REVOKED. `ended`: it had ended before. `unknown`, `expired`: as in `Lookup`.
 */
export type Revocation = "revoked" | "flagged" | "terminated" | "ended" | "unknown" | "expired";

/** How the app reaches a broker: a binding inside the Worker, HTTP in other programs, nothing at all when eager. */
export interface Transport {
  submit(calls: Call[], options?: { waitSeconds?: number }): Promise<Submitted>;
  /** Submits a canvas, whole or not at all. */
  start(workflow: Workflow): Promise<Started | NotSubmitted>;
  /** The workflow that a task or a group belongs to, a part at a time. */
  tree(request: Omit<TreeRequest, "version">): Promise<TreePart | NoCanvas>;
  /** How far a group is, and its results in order, a part at a time. */
  group(request: Omit<GroupRequest, "version">): Promise<GroupPart | NoCanvas>;
  result(id: string, waitSeconds: number): Promise<Lookup>;
  /** Takes the result of an ended task away. `expired`: it was forgotten before, or has expired. */
  forget(id: string): Promise<Forgotten>;
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Sets a task's rate, in tasks a second; null: no limit; undefined: what its calls say counts again. */
  limit(request: { name: string; perSecond?: number | null | undefined }): Promise<void>;
  /** Sets a task's time limits in seconds; null: none; undefined: what the task declares counts again. */
  timeLimit(request: { name: string; soft?: number | null | undefined; hard?: number | null | undefined }): Promise<void>;
  /** Revokes tasks; what became of each, in the order of the ids. */
  revoke(ids: readonly string[], options?: { terminate?: boolean }): Promise<Revocation[]>;
  /** Revokes what bears one of these stamps, now and for three hours; how many tasks were there. */
  revokeStamps(headers: StampedHeaders, options?: { terminate?: boolean }): Promise<number>;
  /** Ends all that waits in a queue; how many tasks. */
  purge(queue: string): Promise<number>;
}

/** What became of a wish to forget a result. */
export type Forgotten = "forgotten" | "unfinished" | "unknown" | "expired";

/** The broker's answer to a submit: ids in the order of the calls, or why nothing was accepted. */
export type Submitted = { ok: true; ids: string[]; duplicates: number[]; record?: TaskRecord } | NotSubmitted;

/** Why nothing was accepted; `index` is the position, or the slot, of the call at fault. */
export type NotSubmitted = { ok: false; code: string; index: number; message: string; retryAfterSeconds?: number };
