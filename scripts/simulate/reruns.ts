import type { Grant, GrantedTask, StateUpdate } from "../../src/broker/api.ts";
import type { Line } from "../../src/core/call.ts";
import type { Config } from "../../src/core/config.ts";
import type { Again, Outcome } from "../../src/core/result.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";
import { composeReplacement, replacementOf } from "./replacement.ts";
import { readWork, WORK, type Work, writeWork } from "./work.ts";

const ERROR = JSON.stringify({ exc_type: "Busy", exc_message: ["later"], exc_module: "" });

/** Of so many steps of canvases that went well the first attempt asks to be run again. */
const STEP_RETRIED = 0.05;

/** What reruns are made from. */
export interface RerunParts {
  ledger: Ledger;
  random: Random;
  config: Config;
  /** Tells the broker what a running attempt tells of itself. */
  update(shard: number, request: StateUpdate): Promise<{ held: boolean }>;
  /** The consumer's clock. */
  now(): number;
}

/**
 * Stands between one consumer and the broker: of attempts that went well it reports those as RETRY or REJECTED that are to be run again, as REPLACED steps of
 * canvases that are to be replaced, and some tell how far they have come.
 */
export class Reruns {
  readonly #parts: RerunParts;
  readonly #granted = new Map<string, GrantedTask>();
  /** An outcome that is sent again is the same. */
  readonly #told = new Map<Outcome, Outcome>();

  constructor(parts: RerunParts) {
    this.#parts = parts;
  }

  /** Takes note of what the consumer was granted. */
  granted(shard: number, grant: Grant): Grant {
    for (const task of grant.tasks) {
      this.#granted.set(key(shard, task), task);
      if (grant.lease !== null && this.#parts.random.chance(0.1)) this.#tell(shard, grant.lease, task);
    }
    return grant;
  }

  #tell(shard: number, lease: string, { id, page, slot, attempt }: GrantedTask): void {
    const { ledger, update } = this.#parts;
    const state = `PROGRESS ${attempt}`;
    ledger.told(id, state);
    update(shard, { version: 1, lease, page, slot, attempt, state, meta: JSON.stringify(id) }).catch(() => {});
  }

  /** What the consumer reports instead of an outcome. */
  outcome(shard: number, outcome: Outcome): Outcome {
    const before = this.#told.get(outcome);
    if (before !== undefined) return before;
    const task = this.#granted.get(key(shard, outcome));
    const told = task === undefined || outcome.state !== "SUCCESS" ? outcome : this.#rerun(task, outcome);
    this.#told.set(outcome, told);
    return told;
  }

  #rerun(task: GrantedTask, outcome: Outcome): Outcome {
    const { ledger, random, now } = this.#parts;
    const line = JSON.parse(task.line) as Line;
    const { retries = 0 } = task;
    const { state: _state, ...told } = outcome;
    if (line.task !== WORK) {
      if (retries > 0 || !random.chance(STEP_RETRIED)) return this.#replaced(task, line, outcome);
      const again: Again = { due: now() + random.between(0, 2_000), retries: 1 };
      ledger.rerun(task.id, task.attempt, { state: "RETRY", again });
      return { ...told, state: "RETRY", result: ERROR, again };
    }
    const work = readWork(line.args ?? []);
    if (work.rejects && random.chance(0.5)) {
      ledger.rerun(task.id, task.attempt, { state: "REJECTED" });
      return { ...told, state: "REJECTED" };
    }
    if (retries >= work.retries) return outcome;
    const again: Again = { due: now() + work.delay, retries: retries + 1, ...this.#changes(line, work) };
    ledger.rerun(task.id, task.attempt, { state: "RETRY", again });
    return { ...told, state: "RETRY", result: ERROR, again };
  }

  /** The same, or that a canvas takes the place of the task. */
  #replaced({ id }: GrantedTask, line: Line, outcome: Outcome): Outcome {
    const by = replacementOf(line.kwargs ?? {});
    if (by === undefined) return outcome;
    const { config, now } = this.#parts;
    const parent = { id, rootId: line.root_id ?? id };
    const { state: _state, ...told } = outcome;
    return { ...told, state: "REPLACED", by: composeReplacement(by, { config, now: now(), parent }) };
  }

  /** What the next attempt has that this one had not. */
  #changes(line: Line, work: Work): Partial<Again> {
    const { random, config } = this.#parts;
    const again: Partial<Again> = {};
    if (random.chance(0.3)) again.line = JSON.stringify({ ...line, args: writeWork({ ...work, round: work.round + 1 }) });
    if (random.chance(0.2)) again.queue = random.pick(config.taskQueues);
    if (random.chance(0.2)) again.priority = random.between(0, 9);
    return again;
  }
}

function key(shard: number, { page, slot, attempt }: { page: number; slot: number; attempt: number }): string {
  return `${shard} ${page} ${slot} ${attempt}`;
}
