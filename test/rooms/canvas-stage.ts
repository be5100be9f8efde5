import type { Accepted } from "../../src/broker/api.ts";
import type { Line } from "../../src/core/call.ts";
import { composeCanvas } from "../../src/core/canvas/compose-canvas.ts";
import { type ResultTree, resultTree } from "../../src/core/canvas/result-tree.ts";
import type { SignatureJson } from "../../src/core/canvas/signature.ts";
import type { Workflow } from "../../src/core/canvas/workflow.ts";
import { defaultConfig } from "../../src/core/config.ts";
import type { Outcome } from "../../src/core/result.ts";
import type { TaskDefinition } from "../../src/core/task-definition.ts";
import { vectorTasks } from "../core/canvas/run-canvas.ts";
import { ended, Stage } from "./broker-stage.ts";

/** A canvas that was submitted. */
export interface Canvas extends Accepted {
  tree: ResultTree | null;
  groups: string[];
}

/** A task that was run: its name, its arguments, its id and relatives. */
export interface Ran extends Pick<Line, "task" | "args" | "root_id" | "parent_id" | "group_id"> {
  id: string;
}

/** What the tasks of a canvas declare, by name without the module; what is not named declares nothing. */
export type Declared = Readonly<Record<string, Partial<TaskDefinition>>>;

/** A signature of one task. */
export function sig(task: string, args: unknown[] = [], more: Partial<SignatureJson> = {}): SignatureJson {
  return { task: `tasks.${task}`, args, kwargs: {}, options: {}, ...more };
}

export function chain(...tasks: SignatureJson[]): SignatureJson {
  return { task: "celery.chain", subtask_type: "chain", args: [], kwargs: { tasks }, options: {} };
}

export function group(...tasks: SignatureJson[]): SignatureJson {
  return { task: "celery.group", subtask_type: "group", args: [], kwargs: { tasks }, options: {} };
}

export function chord(header: SignatureJson[], body: SignatureJson): SignatureJson {
  return { task: "celery.chord", subtask_type: "chord", args: [], kwargs: { header, body, kwargs: {} }, options: {} };
}

/** With options. */
export function set(signature: SignatureJson, options: Record<string, unknown>): SignatureJson {
  return { ...signature, options: { ...signature.options, ...options } };
}

/** Composes a canvas that is known to be right. */
export async function aWorkflow(json: SignatureJson, declared: Declared = {}): Promise<Workflow> {
  const config = { ...defaultConfig, taskQueues: ["celery", "other"] };
  const registry = { get: (name: string) => ({ ...declared[name.replace("tasks.", "")], name }), names: () => [] };
  const composed = await composeCanvas(json, { registry, config, now: Date.now() });
  if (!composed.ok) throw new Error(JSON.stringify(composed.faults));
  return composed.workflow;
}

/** How a consumer plays: so many tasks a claim, of which queue, and what happens between each claim and its report. */
export interface PlayOptions {
  room?: number;
  queue?: string;
  between?: () => Promise<void>;
}

/** One Broker object, and a consumer of its tasks: those of the vectors. */
export class CanvasStage extends Stage {
  /** All that was run, in turn. */
  readonly ran: Ran[] = [];

  async start(json: SignatureJson, { nonce = crypto.randomUUID(), attempt = 1, declared = {} as Declared } = {}): Promise<Canvas> {
    const { calls, plan, handle } = await aWorkflow(json, declared);
    const answer = await this.broker.submit({ version: 1, nonce, attempt, sentAt: Date.now(), calls, plan });
    if (!answer.ok) throw new Error(`expected the canvas to be accepted, got: ${answer.code}`);
    const { groups = [] } = answer;
    return { ...answer, groups, tree: resultTree(handle, { ids: answer.ids, groups }) };
  }

  /** Runs what is ready until nothing is, so many tasks a claim; `between` each claim and its report. */
  async play({ room = 10, queue = "celery", between = async () => {} }: PlayOptions = {}): Promise<void> {
    for (;;) {
      const grant = await this.claim(room, undefined, queue);
      if (grant.tasks.length === 0) return;
      await between();
      const outcomes = grant.tasks.map((task): Outcome => {
        const { task: name, args = [], kwargs = {}, root_id, parent_id, group_id } = JSON.parse(task.line) as Line;
        this.ran.push({ id: task.id, task: name, args, root_id, parent_id, group_id });
        try {
          return ended(task, JSON.stringify(vectorTasks[name]?.(args, kwargs) ?? null));
        } catch (error) {
          const document = { exc_type: "Error", exc_message: [error instanceof Error ? error.message : ""], exc_module: "builtins" };
          return ended(task, JSON.stringify(document), "FAILURE");
        }
      });
      await this.report(grant.lease, outcomes, { queue });
      await between();
    }
  }

  /** State and result of a task. */
  async endOf(id: string | undefined): Promise<[state: string, result: unknown]> {
    const { state, result } = await this.record(id ?? "");
    return [state, JSON.parse(result ?? "null")];
  }
}
