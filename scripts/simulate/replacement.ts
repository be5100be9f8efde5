import { composeCanvas } from "../../src/core/canvas/compose-canvas.ts";
import type { SignatureJson } from "../../src/core/canvas/signature.ts";
import type { WorkflowBody } from "../../src/core/canvas/workflow.ts";
import type { Config } from "../../src/core/config.ts";
import { meaningOf } from "../../test/core/canvas/meaning.ts";
import { vectorTasks } from "../../test/core/canvas/run-canvas.ts";
import { canvasRegistry } from "./canvas-tasks.ts";

type Kwargs = Readonly<Record<string, unknown>>;

/** The canvas that takes the place of a task when it has run well (Celery's `replace`); nothing for most. */
export function replacementOf({ replacement }: Kwargs): SignatureJson | undefined {
  return replacement as SignatureJson | undefined;
}

/** The same as a consumer reports it. */
export function composeReplacement(
  json: SignatureJson,
  { config, now, parent }: { config: Config; now: number; parent: { id: string; rootId: string } },
): WorkflowBody {
  const composed = composeCanvas(json, { registry: canvasRegistry, config, now, parent: { ...parent, priority: 0 } });
  if (composed instanceof Promise || !composed.ok) throw new Error(`a replacement was refused: ${JSON.stringify(composed)}`);
  const { calls, plan } = composed.workflow;
  return { calls, plan };
}

/** What the tasks of random canvases mean: one that is replaced means what its replacement does. */
export const MEANT_TASKS: typeof vectorTasks = Object.fromEntries(
  Object.entries(vectorTasks).map(([name, run]) => [
    name,
    (args: unknown[], kwargs: Kwargs) => {
      const value = run(args, kwargs);
      const by = replacementOf(kwargs);
      if (by === undefined) return value;
      const meant = meaningOf(by, MEANT_TASKS);
      if ("error" in meant) throw new Error(meant.error);
      return meant.value;
    },
  ]),
);
