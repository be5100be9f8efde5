/** What rooms and the broker say to each other about canvases; part of api.ts. */
import type { GroupPart, GroupRequest, NoCanvas, Started, TreePart, TreeRequest } from "../core/canvas/canvas-answers.ts";
import type { Workflow, WorkflowBody } from "../core/canvas/workflow.ts";
import type { Refused, Repeatable, Sent } from "./repeatable.ts";

export type * from "../core/canvas/canvas-answers.ts";

/** A running task adds a member to the group that it is in (Celery's `add_to_chord`): what follows the group waits for it too, and its value stands last. */
export interface AddToGroup {
  version: 1;
  lease: string;
  page: number;
  slot: number;
  attempt: number;
  added: WorkflowBody;
}

/** Not `held`: the attempt holds its task no more. Not a `member`: its task is in no group that something follows. Nothing was written then. */
export type AddedToGroup = { held: boolean; member: boolean; ids: string[]; groups: string[] };

/** The part of a Broker object's RPC surface that is about canvases. They are submitted with `submit` (`Submission.plan`). */
export interface CanvasApi {
  tree(request: TreeRequest): Promise<TreePart | NoCanvas>;
  /** Waits for the group's end as long as it is asked to, 60 s at most. */
  group(request: GroupRequest): Promise<GroupPart | NoCanvas>;
  addToGroup(request: Repeatable<AddToGroup>): Promise<AddedToGroup>;
}

/** What other rooms are handed of it. */
export interface CanvasClient {
  /** Submits a canvas whole to one shard, or not at all; repeats by itself without doubling. `sent`: as in `SubmitOptions`. */
  start(workflow: Workflow, options?: { sent?: Sent }): Promise<Started | Refused>;
  tree(request: Omit<TreeRequest, "version">): Promise<TreePart | NoCanvas>;
  group(request: Omit<GroupRequest, "version">): Promise<GroupPart | NoCanvas>;
  addToGroup(shard: number, request: AddToGroup): Promise<AddedToGroup>;
}
