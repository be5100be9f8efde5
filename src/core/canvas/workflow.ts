/**
 * A canvas on its way to the broker: its calls, composed like any other, and how they hang together. Plain data, sent over RPC and stored as JSON; it goes whole to one
 * shard. Made by `composeCanvas`.
 */
import type { Call } from "../call.ts";
import type { PackedLayout } from "./packed-layout.ts";
import type { Handle } from "./plan.ts";
import type { Runs } from "./runs.ts";

/** One call of a canvas. */
export interface WorkflowCall extends Call {
  /** Milliseconds that count from when it is released, that is, when what it waits for has ended: Celery's `countdown` and `expires` as numbers. */
  release?: { countdown?: number; expires?: number };
}

/** How the calls hang together. */
export interface WorkflowPlan {
  version: 1;
  layout: PackedLayout;
  /** Of each call: which of `callbacks` it has, and 1; 0: none. */
  callbacksOf: Runs;
  callbacks: Callbacks[];
  /** Canvases that are submitted when a call has ended. */
  templates: Template[];
  /** The task that made the canvas; absent: none did. */
  parent?: { id: string; rootId: string };
}

/** What follows from the end of a call, as indices of `templates`: what its value is handed to, and what is called when it has failed (FAILURE only). */
export interface Callbacks {
  links: number[];
  errbacks: number[];
}

/** A canvas that is submitted when something has ended. */
export interface Template extends WorkflowBody {
  /**
   * What an errback is given: the failed task's id; or, to a task that has room for three arguments in front of its own, Celery's `(request, exc, traceback)`: the request as a document
   * (`id`, `task`, `args`, `kwargs`, `root_id`, `parent_id`), the error document, the stack. A link is given the value.
   */
  given: "value" | "id" | "request";
}

/** The calls by slot, and the plan. */
export interface WorkflowBody {
  calls: WorkflowCall[];
  plan: WorkflowPlan;
}

/** What is submitted. `handle` tells, with the ids that are answered, the result tree (core/canvas/result-tree.ts). */
export interface Workflow extends WorkflowBody {
  handle: Handle | null;
}
