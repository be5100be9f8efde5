import { composeCanvas } from "../../core/canvas/compose-canvas.ts";
import { RefusedCall } from "../../core/errors.ts";
import type { TaskDefinition, TaskRegistry } from "../../core/task-definition.ts";
import { currentTask } from "../../current-task.ts";
import type { AsyncCall } from "../async-call.ts";
import type { AsyncResult } from "../async-result.ts";
import type { ConnectionHolder } from "../connection.ts";
import type { EagerOptions } from "../eager-options.ts";
import { refusal } from "../refusal.ts";
import type { CanvasCall, CanvasHome, CanvasResult } from "./canvas-home.ts";
import { resultOfTree } from "./result-of-tree.ts";

/** A task, as canvases see it. */
export interface CanvasTask extends TaskDefinition {
  settled(config: ReturnType<ConnectionHolder["get"]>["config"]): TaskDefinition;
  applyAsync(call: AsyncCall<unknown[]>): Promise<AsyncResult>;
  apply(call: AsyncCall<unknown[]> & EagerOptions): Promise<AsyncResult>;
}

/** Sends the signatures of an app. */
export class Canvases implements CanvasHome {
  readonly #tasks: TaskRegistry<CanvasTask>;
  readonly #connection: ConnectionHolder;

  constructor(tasks: TaskRegistry<CanvasTask>, connection: ConnectionHolder) {
    this.#tasks = tasks;
    this.#connection = connection;
  }

  get timezone(): string {
    return this.#connection.find()?.config.timezone ?? "UTC";
  }

  start(call: CanvasCall): Promise<CanvasResult> {
    const task = call.lone && this.#tasks.get(call.lone.task);
    if (task !== undefined && call.lone !== undefined) return task.applyAsync(call.lone.call);
    const sending = this.#start(call);
    currentTask()?.called(sending.then((result) => ({ id: result?.id ?? "" })));
    return sending;
  }

  async apply(call: CanvasCall, options: EagerOptions): Promise<CanvasResult> {
    const task = call.lone && this.#tasks.get(call.lone.task);
    if (task !== undefined && call.lone !== undefined) return task.apply({ ...call.lone.call, ...options });
    throw new RefusedCall(
      "bad_option",
      [{ path: "", message: "expected a single call: canvases are not run where they are called yet" }],
      "apply",
    );
  }

  async #start(call: CanvasCall): Promise<CanvasResult> {
    const { transport, config, clock } = this.#connection.get();
    const registry = {
      get: (name: string) => this.#tasks.get(name)?.settled(config),
      names: () => this.#tasks.names(),
    };
    const json = call.json();
    const composed = await composeCanvas(json, { registry, config, now: clock.now(), parent: currentTask() });
    if (!composed.ok) throw new RefusedCall(composed.reason, composed.faults, json.task);
    const started = await transport.start(composed.workflow);
    if (!started.ok) throw refusal(json.task, started);
    return resultOfTree(started.tree, this.#connection);
  }
}
