import { composeCanvas } from "../../core/canvas/compose-canvas.ts";
import type { ResultTree } from "../../core/canvas/result-tree.ts";
import type { Workflow } from "../../core/canvas/workflow.ts";
import type { Config } from "../../core/config.ts";
import { RefusedCall } from "../../core/errors.ts";
import type { TaskDefinition, TaskRegistry } from "../../core/task-definition.ts";
import { currentTask } from "../../current-task.ts";
import type { AsyncCall } from "../async-call.ts";
import type { Connection, ConnectionHolder } from "../connection.ts";
import type { EagerTask } from "../eager-attempt.ts";
import type { EagerOptions } from "../eager-options.ts";
import { settingOf } from "../eager-run.ts";
import { refusal } from "../refusal.ts";
import type { Signals } from "../signals.ts";
import type { CanvasCall, CanvasHome, CanvasResult } from "./canvas-home.ts";
import { runCanvas } from "./eager-canvas.ts";
import { resultOfTree } from "./result-of-tree.ts";
import type { StepResult } from "./step-result.ts";

/** A task, as canvases see it. */
export interface CanvasTask extends TaskDefinition {
  settled(config: ReturnType<ConnectionHolder["get"]>["config"]): EagerTask;
  applyAsync(call: AsyncCall<unknown[]>): Promise<StepResult>;
  apply(call: AsyncCall<unknown[]> & EagerOptions): Promise<StepResult>;
}

/** Sends the signatures of an app. */
export class Canvases implements CanvasHome {
  readonly #tasks: TaskRegistry<CanvasTask>;
  readonly #connection: ConnectionHolder;
  readonly #signals: Signals;

  constructor(tasks: TaskRegistry<CanvasTask>, connection: ConnectionHolder, signals: Signals) {
    this.#tasks = tasks;
    this.#connection = connection;
    this.#signals = signals;
  }

  get timezone(): string {
    return this.#connection.find()?.config.timezone ?? "UTC";
  }

  start(call: CanvasCall): Promise<CanvasResult> {
    const task = call.lone && this.#tasks.get(call.lone.task);
    if (task !== undefined && call.lone !== undefined) return task.applyAsync(call.lone.call);
    if (this.#connection.find()?.config.taskAlwaysEager === true) return this.apply(call, {});
    const sending = this.#start(call);
    currentTask()?.called(sending.then((result) => ({ id: result?.id ?? "" })));
    return sending;
  }

  async apply(call: CanvasCall, options: EagerOptions): Promise<CanvasResult> {
    const task = call.lone && this.#tasks.get(call.lone.task);
    if (task !== undefined && call.lone !== undefined) return task.apply({ ...call.lone.call, ...options });
    const { config } = settingOf(this.#connection);
    const workflow = await this.#compose(call, settingOf(this.#connection));
    const parts = { registry: this.#registry(config), connection: this.#connection, signals: this.#signals };
    const result = await runCanvas(workflow, parts, options);
    if (options.throw ?? config.taskEagerPropagates) await result?.get();
    return result;
  }

  resultOf(tree: ResultTree | null): CanvasResult {
    return resultOfTree(tree, this.#connection);
  }

  async #start(call: CanvasCall): Promise<CanvasResult> {
    const connection = this.#connection.get();
    const started = await connection.transport.start(await this.#compose(call, connection));
    if (!started.ok) throw refusal(call.json().task, started);
    return this.resultOf(started.tree);
  }

  async #compose(call: CanvasCall, { config, clock }: Pick<Connection, "config" | "clock">): Promise<Workflow> {
    const json = call.json();
    const composed = await composeCanvas(json, { registry: this.#registry(config), config, now: clock.now(), parent: currentTask() });
    if (composed.ok) return composed.workflow;
    throw new RefusedCall(composed.reason, composed.faults, json.task);
  }

  #registry(config: Config): TaskRegistry<EagerTask> {
    return { get: (name) => this.#tasks.get(name)?.settled(config), names: () => this.#tasks.names() };
  }
}
