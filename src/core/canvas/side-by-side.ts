import type { Call } from "../call.ts";
import { packLayout } from "./packed-layout.ts";
import type { Placement } from "./plan.ts";
import { toRuns } from "./runs.ts";
import type { Template, Workflow, WorkflowBody, WorkflowCall } from "./workflow.ts";

/** Waits for nothing, and is of no group. */
const ALONE: Placement = { after: null, takes: false, group: null, member: false };

/**
 * Makes one workflow of calls that have nothing to do with each other but that they are submitted together, all or nothing: plain calls, and canvases of one call with its callbacks
 * each. It is no group, and comes to nothing: each call has its own result. Callbacks that say the same are kept once.
 */
export function sideBySide(parts: readonly (Call | WorkflowBody)[]): Workflow {
  const calls: WorkflowCall[] = [];
  const callbacksOf: number[] = [];
  const templates = new Kept<Template>();
  const callbacks = new Kept<{ links: number[]; errbacks: number[] }>();
  for (const part of parts) {
    const [call, set] = "plan" in part ? [part.calls[0], part.plan.callbacks[0]] : [part, undefined];
    if (call === undefined) continue;
    calls.push(call);
    if (set === undefined || !("plan" in part)) {
      callbacksOf.push(0);
      continue;
    }
    const indexes = (own: readonly number[]) => own.flatMap((index) => part.plan.templates[index] ?? []).map((each) => templates.put(each));
    callbacksOf.push(callbacks.put({ links: indexes(set.links), errbacks: indexes(set.errbacks) }) + 1);
  }
  const layout = packLayout({ calls: calls.map(() => ALONE), joins: [], handle: null });
  const plan = { version: 1 as const, layout, callbacksOf: toRuns(callbacksOf), callbacks: callbacks.all, templates: templates.all };
  return { calls, plan, handle: null };
}

/** Things of which those that say the same are kept once. */
class Kept<T> {
  readonly all: T[] = [];
  readonly #known = new Map<string, number>();

  /** Its index. */
  put(thing: T): number {
    const text = JSON.stringify(thing);
    const index = this.#known.get(text) ?? this.all.push(thing) - 1;
    this.#known.set(text, index);
    return index;
  }
}
