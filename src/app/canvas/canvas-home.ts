import type { ResultTree } from "../../core/canvas/result-tree.ts";
import type { SignatureJson } from "../../core/canvas/signature.ts";
import type { AsyncCall } from "../async-call.ts";
import type { EagerOptions } from "../eager-options.ts";
import type { GroupResult } from "./group-result.ts";
import type { StepResult } from "./step-result.ts";

/** How a signature is called: a lone task as a task, all else as a canvas. */
export interface CanvasCall {
  json(): SignatureJson;
  /** The task and how it is called, of a signature that is one call without callbacks. */
  lone?: { task: string; call: AsyncCall<unknown[]> };
}

/** What a canvas comes to; null: there is nothing in it. */
export type CanvasResult = StepResult | GroupResult | null;

/** The app that a signature belongs to, as signatures see it. */
export interface CanvasHome {
  /** The zone of naive times in a signature's JSON. */
  readonly timezone: string;
  /** Sends it. */
  start(call: CanvasCall): Promise<CanvasResult>;
  /** Runs it here and now. */
  apply(call: CanvasCall, options: EagerOptions): Promise<CanvasResult>;
  /** The result that a broker's tree stands for. */
  resultOf(tree: ResultTree | null): CanvasResult;
}
