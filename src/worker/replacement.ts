import type { AddedToGroup } from "../broker/api.ts";
import { composeCanvas } from "../core/canvas/compose-canvas.ts";
import { type ResultTree, resultTree } from "../core/canvas/result-tree.ts";
import type { SignatureJson } from "../core/canvas/signature.ts";
import type { Workflow } from "../core/canvas/workflow.ts";
import { defaultConfig } from "../core/config.ts";
import { CeleriacError, RefusedCall } from "../core/errors.ts";
import type { RunParts } from "./runnable-task.ts";

/** The task that brings a canvas into the workflow that it is a part of. */
export interface Bringer {
  readonly id: string;
  readonly rootId: string;
  readonly priority: number;
  /** The task's name, for messages. */
  readonly name: string;
}

/** Composes the canvas that takes a task's place, or joins its group. @throws RefusedCall with every fault */
export async function composeBrought(
  json: object,
  bringer: Bringer,
  { registry, config = defaultConfig, clock }: RunParts,
): Promise<Workflow> {
  const composed = await composeCanvas(json, { registry, config, now: clock.now(), parent: bringer });
  if (composed.ok) return composed.workflow;
  throw new RefusedCall(composed.reason, composed.faults, bringer.name);
}

/**
 * Adds a canvas to the chord that a task is a member of (Celery's `add_to_chord`); answers its result tree.
 * @throws RefusedCall with every fault; CeleriacError ("lost", "no_chord")
 */
export async function addToChord(
  json: SignatureJson,
  bringer: Bringer,
  parts: RunParts,
  add: (added: Workflow) => Promise<AddedToGroup> | undefined,
): Promise<ResultTree | null> {
  const workflow = await composeBrought(json, bringer, parts);
  const added = await add(workflow);
  if (added?.held !== true)
    throw new CeleriacError("lost", `${bringer.name}: addToChord: the task ${bringer.id} is not this consumer's any more`);
  if (!added.member) throw new CeleriacError("no_chord", `${bringer.name}: addToChord: the task ${bringer.id} is no member of a chord`);
  return resultTree(workflow.handle, added);
}
