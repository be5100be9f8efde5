import { type FlowSetting, flowOf } from "../../../src/core/canvas/flow.ts";
import { type Plan, planOf } from "../../../src/core/canvas/plan.ts";
import { Progress } from "../../../src/core/canvas/progress.ts";
import { readSignature } from "../../../src/core/canvas/read-signature.ts";
import type { Canvas } from "../../../src/core/canvas/signature.ts";
import { argsOf, valueFrom } from "../../../src/core/canvas/value.ts";

type Handler = (args: unknown[], kwargs: Readonly<Record<string, unknown>>) => unknown;

/** What running a canvas came to. */
export interface Ran {
  plan: Plan;
  /** The value, or the error of what the canvas stands for. */
  outcome: { value: unknown } | { error: string };
  /** By slot: how often it was started, and how it ended. */
  starts: number[];
  ends: (string | undefined)[];
  /** The slots whose errbacks were called. */
  errbacks: number[];
}

/** Chooses which of the ready calls runs next. */
export type Choose = (ready: number) => number;

/** Runs a canvas by its plan, one call at a time, on functions; `choose` decides the order. */
export function runCanvas(
  canvas: Canvas,
  handlers: Readonly<Record<string, Handler>>,
  choose: Choose = () => 0,
  setting?: FlowSetting,
): Ran {
  const plan = planOf(flowOf(canvas, setting ?? { errbacksOnHeader: false }));
  const progress = new Progress(plan);
  const results: string[] = [];
  const starts: number[] = plan.calls.map(() => 0);
  const ends: (string | undefined)[] = plan.calls.map(() => undefined);
  const errbacks: number[] = [];
  const ready: number[] = [];
  const failed = new Map<number, number>();
  const follow = ({ ready: more, ended, joined }: ReturnType<Progress["start"]>) => {
    ready.push(...more);
    for (const { join, cause } of joined) if (cause !== null) failed.set(join, cause);
    for (const { slot, cause, as, errbacks: called } of ended) {
      ends[slot] = as === "same" ? ends[cause] : `ChordError: ${cause} raised ${ends[cause]}`;
      if (called) errbacks.push(slot);
    }
  };
  follow(progress.start());
  while (ready.length > 0) {
    const [slot = 0] = ready.splice(choose(ready.length), 1);
    const call = plan.calls[slot];
    if (call === undefined) throw new Error(`no call in slot ${slot}`);
    starts[slot] = (starts[slot] ?? 0) + 1;
    const args: unknown = JSON.parse(argsOf(plan, call, (from) => results[from] ?? "missing", 1_000_000) ?? "too long");
    try {
      results[slot] = JSON.stringify(handlers[call.step.task]?.(args as unknown[], call.step.kwargs) ?? null);
      ends[slot] = "SUCCESS";
      follow(progress.end(slot, "SUCCESS"));
    } catch (error) {
      ends[slot] = String(error);
      errbacks.push(slot);
      follow(progress.end(slot, "FAILURE"));
    }
  }
  return { plan, outcome: outcomeOf(plan, ends, results, failed), starts, ends, errbacks };
}

function outcomeOf(
  { handle, ...plan }: Plan,
  ends: readonly (string | undefined)[],
  results: readonly string[],
  failed: ReadonlyMap<number, number>,
): Ran["outcome"] {
  if (handle === null) return { value: null };
  const failure = "slot" in handle ? handle.slot : failed.get(handle.join);
  if (failure !== undefined && ends[failure] !== "SUCCESS") return { error: ends[failure] ?? "never ended" };
  const source = "slot" in handle ? { slot: handle.slot } : { join: handle.join };
  return { value: JSON.parse(valueFrom(plan, source, (slot) => results[slot] ?? "missing", 1_000_000) ?? "too long") };
}

/** Reads a signature that is known to be right. */
export function aCanvas(json: unknown): Canvas {
  const read = readSignature(json);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  return read.canvas;
}

const number = (value: unknown): number => {
  if (typeof value !== "number") throw new TypeError(`expected a number, got ${JSON.stringify(value)}`);
  return value;
};
const flat = (value: unknown): number => (Array.isArray(value) ? value.reduce<number>((sum, each) => sum + flat(each), 0) : number(value));

/** The tasks of the vectors. */
export const vectorTasks: Readonly<Record<string, Handler>> = {
  "tasks.add": ([x, y], { z = 0 }) => number(x) + number(y) + number(z),
  "tasks.mul": ([x, y]) => number(x) * number(y),
  "tasks.identity": ([x]) => x,
  "tasks.tsum": ([list]) => (list as unknown[]).reduce<number>((sum, each) => sum + number(each), 0),
  "tasks.xsum": ([list]) => flat(list),
  "tasks.concat": (args) => args.join(""),
  "tasks.fail": () => {
    throw new Error("deliberate error");
  },
  "celery.starmap": (_, { task, it }) => {
    const { task: name } = task as { task: string };
    return (it as unknown[][]).map((args) => vectorTasks[name]?.(args, {}));
  },
};
