import type { ResultTree } from "../../core/canvas/result-tree.ts";
import type { ResultLike } from "../result-like.ts";
import type { CanvasConnection } from "./canvas-connection.ts";
import { GroupResult } from "./group-result.ts";
import { StepResult } from "./step-result.ts";

/** The result that a broker's tree stands for, with those before it as its parents; null: there was nothing in the canvas. */
export function resultOfTree(tree: ResultTree | null, connection: CanvasConnection): StepResult | GroupResult | null {
  // A chain may be thousands of steps long: its way back is walked, not descended.
  const way: ResultTree[] = [];
  for (let at = tree; at !== null; at = at.parent) way.push(at);
  let result: StepResult | GroupResult | null = null;
  for (const each of way.toReversed()) {
    const parent: ResultLike | null = result;
    result = "task_id" in each ? new StepResult(each.task_id, connection, parent) : new GroupResult(each.group_id, connection, parent);
  }
  return result;
}
