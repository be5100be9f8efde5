import { composeCanvas } from "../../src/core/canvas/compose-canvas.ts";
import type { ResultTree } from "../../src/core/canvas/result-tree.ts";
import type { Workflow } from "../../src/core/canvas/workflow.ts";
import type { Config } from "../../src/core/config.ts";
import { meaningOf } from "../../test/core/canvas/meaning.ts";
import { runsOf } from "./canvas-runs.ts";
import { canvasRegistry } from "./canvas-tasks.ts";
import type { Ledger } from "./ledger.ts";
import type { Network } from "./network.ts";
import { newClient } from "./new-client.ts";
import { Process } from "./process.ts";
import type { Random } from "./random.ts";
import { type RandomCanvas, randomCanvas, sketch } from "./random-canvas.ts";
import { MEANT_TASKS } from "./replacement.ts";
import type { Revokers } from "./revokers.ts";
import type { TaskFacts } from "./task-facts.ts";
import type { World } from "./world.ts";

/** A client gives up a canvas for which there was no room for so long. */
const LONGEST_TRYING_MILLISECONDS = 60_000;

/** Of so many that were accepted, some tasks that stand next to each other are revoked together. */
const REVOKED = 0.08;

/** What they are put together with. */
export interface CanvasesParts {
  world: World;
  /** Of their own, so that what else happens in a history is what it was without them. */
  random: Random;
  config: Config;
  network: Network;
  ledger: Ledger;
  revokers: Revokers;
}

/** A canvas that was accepted: what was answered. */
interface Accepted {
  canvas: RandomCanvas;
  tree: ResultTree | null;
  ids: readonly string[];
}

type Outcome = { value: unknown } | { error: true };

/** The clients that submit canvases; and whether each came to what its parts say. */
export class Canvases {
  /** How many were compared with what they mean. */
  compared = 0;
  readonly #parts: CanvasesParts;
  readonly #process = new Process("canvases");
  readonly #accepted: Accepted[] = [];
  #made = 0;

  constructor(parts: CanvasesParts) {
    this.#parts = parts;
  }

  /** Plans so many submits in the next `span` milliseconds. */
  plan(count: number, span: number): void {
    const { world, random } = this.#parts;
    for (let index = 0; index < count; index++) world.schedule(random.between(0, span), this.#process, () => this.#submit());
  }

  /** Every canvas that was accepted has come to what its parts say: its value, and which of its calls ran. */
  check(): void {
    for (const accepted of this.#accepted) {
      const broken = this.#findFault(accepted);
      if (broken !== undefined) this.#parts.ledger.break("canvasMeans", `${broken}; of ${sketch(accepted.canvas.json)}`);
    }
  }

  #submit(): void {
    const { world, random, config } = this.#parts;
    this.#made += 1;
    const canvas = randomCanvas(random, this.#made);
    const composed = composeCanvas(canvas.json, { registry: canvasRegistry, config, now: world.now });
    if (composed instanceof Promise || !composed.ok) throw new Error(`a canvas was refused: ${JSON.stringify(composed)}`);
    world.trace.note(() => `canvas ${canvas.tokens[0]}: ${sketch(canvas.json)}`);
    this.#send(canvas, composed.workflow, world.now + LONGEST_TRYING_MILLISECONDS);
  }

  #send(canvas: RandomCanvas, workflow: Workflow, until: number): void {
    const { world, network, config, ledger } = this.#parts;
    newClient({ world, network, process: this.#process, shards: config.brokerShards })
      .start(workflow)
      .then(
        (answer) => {
          world.trace.note(() => `canvas ${canvas.tokens[0]} is answered ${answer.ok ? JSON.stringify(answer.tree) : answer.code}`);
          if (answer.ok) {
            const tokens = workflow.calls.map(({ line }) => String(JSON.parse(line).kwargs.token));
            ledger.answered(tokens, answer.ids);
            this.#accepted.push({ canvas, tree: answer.tree, ids: answer.ids });
            this.#revokeSome(answer.ids);
          } else if (answer.code === "backlog_full" && world.now < until) {
            world.schedule((answer.retryAfterSeconds ?? 1) * 1_000, this.#process, () => this.#send(canvas, workflow, until));
          }
        },
        // Whether it was accepted is open.
        (error: Error) => world.trace.note(() => `canvas ${canvas.tokens[0]} is given up: ${error.message}`),
      );
  }

  #revokeSome(ids: readonly string[]): void {
    const { random, revokers } = this.#parts;
    if (ids.length === 0 || !random.chance(REVOKED)) return;
    const first = random.between(0, ids.length - 1);
    revokers.revokeIn(random.between(0, 500), ids.slice(first, first + random.between(2, 4)), random.chance(0.5));
  }

  #findFault({ canvas, tree, ids }: Accepted): string | undefined {
    const { ledger } = this.#parts;
    const open = ids.find((id) => ledger.tasks.get(id)?.final === undefined);
    if (open !== undefined) return `${open} has not ended`;
    const all = canvas.tokens.map((token) => [token, ledger.taskOf(token)] as const);
    // What was revoked, or lost with its consumers, comes to something else.
    if (ids.some((id) => isDisturbed(ledger.tasks.get(id))) || all.some(([, task]) => isDisturbed(task))) return undefined;
    this.compared += 1;
    const runs = runsOf(canvas.json);
    for (const [token, task] of all) {
      const ran = task !== undefined && task.executions.size > 0;
      if (ran !== runs.has(token)) return `${token} ${ran ? "has run, and should not have" : "should have run, and has not"}`;
      if (ran && task.final === undefined) return `${token} has run, and not ended`;
    }
    const meant = meaningOf(canvas.json, MEANT_TASKS);
    const outcome = tree === null ? { value: null } : this.#outcomeOf(tree);
    const same = "error" in meant ? "error" in outcome : "value" in outcome && isSame(outcome.value, meant.value);
    return same ? undefined : `it came to ${JSON.stringify(outcome)}, and means ${JSON.stringify(meant)}`;
  }

  /** What `get()` gives or raises: what comes before is asked first. */
  #outcomeOf(tree: ResultTree): Outcome {
    for (let before = tree.parent; before !== null; before = before.parent) {
      if ("error" in this.#outcomeOf({ ...before, parent: null })) return { error: true };
    }
    if ("task_id" in tree) {
      const final = this.#parts.ledger.tasks.get(tree.task_id)?.final;
      return final?.state === "SUCCESS" ? { value: JSON.parse(final.result ?? "null") } : { error: true };
    }
    const members = tree.children.map((child) => this.#outcomeOf(child));
    if (members.some((member) => "error" in member)) return { error: true };
    return { value: members.map((member) => ("value" in member ? member.value : undefined)) };
  }
}

/** Celery takes a group of one that ends in a group for that one: the only place where a value is not what its parts say. */
function isSame(value: unknown, meant: unknown): boolean {
  const text = JSON.stringify(value);
  return text === JSON.stringify(meant) || (Array.isArray(meant) && meant.length === 1 && text === JSON.stringify(meant[0]));
}

function isDisturbed(task: TaskFacts | undefined): boolean {
  const final = task?.final;
  return final?.state === "REVOKED" || final?.result?.includes("WorkerLostError") === true;
}
