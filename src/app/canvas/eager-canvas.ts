import type { NoCanvas, TreePart } from "../../core/canvas/canvas-answers.ts";
import type { CallEnd } from "../../core/canvas/live-canvas.ts";
import type { Workflow, WorkflowCall } from "../../core/canvas/workflow.ts";
import { describeError } from "../../core/error-document.ts";
import { NotRegistered } from "../../core/errors.ts";
import type { Lookup, TaskRecord } from "../../core/result.ts";
import { encodeResult } from "../../core/wire/encode-result.ts";
import type { ConnectionHolder } from "../connection.ts";
import type { EagerTask } from "../eager-attempt.ts";
import type { EagerOptions } from "../eager-options.ts";
import { runCall, settingOf } from "../eager-run.ts";
import { mapTask } from "../map-task.ts";
import type { Signals } from "../signals.ts";
import type { CanvasConnection } from "./canvas-connection.ts";
import type { CanvasResult } from "./canvas-home.ts";
import { LiveCanvases, type LiveTask } from "./live-canvases.ts";
import { resultOfTree } from "./result-of-tree.ts";

/** What an eager canvas is run with. */
export interface EagerCanvasParts {
  registry: { get(name: string): EagerTask | undefined; names(): string[] };
  connection: ConnectionHolder;
  signals: Signals;
}

/**
 * Runs a canvas here and now until nothing of it is left: Celery's `apply`, and `task_always_eager`. The tasks run one after the other, in the order in which they may; callbacks and what
 * takes a task's place are run too. What passes from one to the next goes through JSON, as it would with a broker; countdowns, expiries and limits count for nothing.
 */
export async function runCanvas(workflow: Workflow, parts: EagerCanvasParts, options: EagerOptions): Promise<CanvasResult> {
  const run = new EagerCanvas(parts, options);
  const { tree } = run.canvases.start(workflow);
  await run.finish();
  return resultOfTree(tree, run);
}

interface Ready {
  id: string;
  call: WorkflowCall;
  line: string;
  ended(end: CallEnd): void;
}

/** One run, and the broker of its results: nobody else could find them. */
class EagerCanvas implements CanvasConnection {
  readonly canvases: LiveCanvases;
  readonly #parts: EagerCanvasParts;
  readonly #options: EagerOptions;
  readonly #records = new Map<string, TaskRecord>();
  readonly #ready: Ready[] = [];

  constructor(parts: EagerCanvasParts, options: EagerOptions) {
    this.#parts = parts;
    this.#options = options;
    const add = (id: string, call: WorkflowCall, ended: (end: CallEnd) => void) => this.#add(id, call, ended);
    this.canvases = new LiveCanvases({ newId: () => crypto.randomUUID(), add, record: (id) => this.#records.get(id) });
  }

  /** Runs what may run until nothing does. */
  async finish(): Promise<void> {
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) await this.#run(next);
  }

  get(): ReturnType<CanvasConnection["get"]> {
    const { config, clock } = settingOf(this.#parts.connection);
    const transport = {
      result: async (id: string): Promise<Lookup> => {
        const record = this.#records.get(id);
        return record === undefined ? { found: false, why: "unknown" } : { found: true, record };
      },
      group: async ({ id, cursor, limit }: { id: string; cursor: string | null; limit: number }) => this.canvases.group(id, cursor, limit),
      tree: async ({ id, cursor, limit }: { id: string; cursor: string | null; limit: number }): Promise<TreePart | NoCanvas> =>
        this.canvases.tree(id, cursor, limit) ?? { found: false, why: "unknown" },
      forget: async (id: string) => (this.#records.delete(id) ? ("forgotten" as const) : ("unknown" as const)),
      revoke: async (ids: readonly string[]) => ids.map((id) => (this.#records.has(id) ? ("ended" as const) : ("unknown" as const))),
    };
    return { transport, config, clock };
  }

  #add(id: string, call: WorkflowCall, ended: (end: CallEnd) => void): LiveTask {
    const now = settingOf(this.#parts.connection).clock.now();
    const { line, queue } = call;
    const times = { receivedAt: now, startedAt: null, doneAt: null, eta: null, expires: null };
    this.#records.set(id, { id, state: "PENDING", result: null, traceback: null, line, queue, retries: 0, worker: null, ...times });
    return {
      release: (ready) => void this.#ready.push({ id, call, line: ready, ended }),
      close: (end) => this.#keep(id, end),
    };
  }

  async #run({ id, call, line, ended }: Ready): Promise<void> {
    const { registry, connection, signals } = this.#parts;
    const { task: name, kwargs } = JSON.parse(line);
    const task = registry.get(name) ?? mapTask({ task: name, kwargs }, registry);
    if (task === undefined) {
      this.#end(id, failureOf(new NotRegistered(name)), ended);
      return;
    }
    const { retries } = this.#options;
    const result = await runCall(
      task,
      { ...call, line, taskId: id },
      { throw: false, ...(retries === undefined ? {} : { retries }) },
      { connection, signals },
    );
    const value = await result.get({ propagate: false });
    const state = await result.state;
    const failed = state === "REVOKED" ? "REVOKED" : "FAILURE";
    const end: CallEnd = state === "SUCCESS" ? successOf(value, name) : { ...failureOf(value), state: failed };
    this.#end(id, end, ended);
  }

  #end(id: string, end: CallEnd, ended: (end: CallEnd) => void): void {
    this.#keep(id, end);
    ended(end);
  }

  #keep(id: string, end: CallEnd): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#records.set(id, { ...record, ...end, doneAt: settingOf(this.#parts.connection).clock.now() });
  }
}

function successOf(value: unknown, task: string): CallEnd {
  try {
    return { state: "SUCCESS", result: encodeResult(value, task), traceback: null };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): CallEnd {
  const { document, traceback } = describeError(error);
  return { state: "FAILURE", result: JSON.stringify(document), traceback };
}
