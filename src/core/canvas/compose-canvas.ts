import type { Fault, RefusalReason } from "../errors.ts";
import type { CanvasSetting } from "./canvas-setting.ts";
import { type ComposedStep, composeStep, type GivenTo } from "./compose-step.ts";
import { flowOf } from "./flow.ts";
import { packLayout } from "./packed-layout.ts";
import { type Plan, planOf } from "./plan.ts";
import { readSignature } from "./read-signature.ts";
import { toRuns } from "./runs.ts";
import type { Canvas } from "./signature.ts";
import type { Callbacks, Template, Workflow, WorkflowBody, WorkflowCall } from "./workflow.ts";

export type { CanvasSetting } from "./canvas-setting.ts";

/** A canvas that may be submitted, or why it may not: every fault, up to twenty, with its path (`kwargs.tasks[1].args[0]`). `reason` is that of the first. */
export type ComposedCanvas = { ok: true; workflow: Workflow } | { ok: false; reason: RefusalReason; faults: Fault[] };

/** At most so many faults are told. */
const MOST_FAULTS = 20;

/**
 * Composes a canvas: every call is made as `composeChecked` makes it, with the faults of all at once; refused whole, never in part. Takes the JSON of a signature, or one that
 * was read. Arguments are checked as far as they are known: what takes a value from a step before it is asked for number and names, not by its
 * schemas. A promise only where a schema answers one. What a schema or router throws is not caught.
 *
 * In a canvas every step is a task of its own: `unique_for` does not hold, and an `idempotency_key` is refused. What the options of `apply_async` do not know, Celery's own
 * plumbing in a signature's options (`group_id`, `chord`, `reply_to`, …), is passed by.
 */
export function composeCanvas(json: unknown, setting: CanvasSetting): ComposedCanvas | Promise<ComposedCanvas> {
  const read = readSignature(json);
  if ("faults" in read) return { ok: false, reason: "bad_arguments", faults: read.faults };
  const composer = new Composer(setting);
  const plan = composer.layOut(read.canvas);
  const body = composer.compose(plan);
  const finish = (): ComposedCanvas => {
    const [first] = composer.refusals;
    if (first !== undefined) return { ok: false, reason: first.reason, faults: composer.refusals.map(({ fault }) => fault) };
    return { ok: true, workflow: { ...body, handle: plan.handle } };
  };
  return composer.pending.length === 0 ? finish() : Promise.all(composer.pending).then(finish);
}

interface Refusal {
  reason: RefusalReason;
  fault: Fault;
}

class Composer {
  readonly refusals: Refusal[] = [];
  readonly pending: Promise<void>[] = [];
  readonly #setting: CanvasSetting;

  constructor(setting: CanvasSetting) {
    this.#setting = setting;
  }

  layOut(canvas: Canvas, options: { given?: boolean } = {}): Plan {
    return planOf(flowOf(canvas, { errbacksOnHeader: this.#setting.config.taskAllowErrorCbOnChordHeader }), options);
  }

  /** Composes what was laid out; what waits for a schema comes later (`pending`). @param given to what comes first */
  compose(plan: Plan, given: GivenTo = "nothing"): WorkflowBody {
    const { parent } = this.#setting;
    const calls: WorkflowCall[] = [];
    const callbacks = new CallbackSets((canvas, isErrback) => this.#template(canvas, isErrback));
    const callbacksOf: number[] = [];
    for (const [slot, { step, takes, after }] of plan.calls.entries()) {
      const asked = {
        step,
        takes: !takes ? ("nothing" as const) : after === null ? given : ("value" as const),
        later: after !== null || given !== "nothing",
      };
      callbacksOf.push(callbacks.of(step.links, step.errbacks));
      if (this.refusals.length >= MOST_FAULTS) break;
      const composed = composeStep(asked, this.#setting);
      if (composed instanceof Promise) this.pending.push(composed.then((made) => this.#take(calls, slot, made)));
      else this.#take(calls, slot, composed);
    }
    const plain = {
      version: 1 as const,
      layout: packLayout(plan),
      callbacksOf: toRuns(callbacksOf),
      callbacks: callbacks.sets,
      templates: callbacks.templates,
    };
    return { calls, plan: parent === undefined ? plain : { ...plain, parent: { id: parent.id, rootId: parent.rootId } } };
  }

  #take(calls: WorkflowCall[], slot: number, composed: ComposedStep): void {
    if (composed.ok) calls[slot] = composed.call;
    else
      for (const fault of composed.faults) if (this.refusals.length < MOST_FAULTS) this.refusals.push({ reason: composed.reason, fault });
  }

  #template(canvas: Canvas, isErrback: boolean): Template {
    const plan = this.layOut(canvas, { given: true });
    const given = isErrback ? this.#errbackGets(plan) : "value";
    return { ...this.compose(plan, given), given };
  }

  /** The errback's own shape decides, as in Celery: one that has room for three arguments in front of its own is told of the request, the error and the stack. */
  #errbackGets(plan: Plan): "id" | "request" {
    const first = plan.calls.find(({ takes, after }) => takes && after === null);
    const parameters = first && this.#setting.registry.get(first.step.task)?.parameters;
    if (first === undefined || parameters === undefined) return "id";
    return parameters.some(({ rest }) => rest) || parameters.length - first.step.args.length >= 3 ? "request" : "id";
  }
}

/** The sets of callbacks of a canvas: steps that have the same share one. */
class CallbackSets {
  readonly sets: Callbacks[] = [];
  readonly templates: Template[] = [];
  readonly #make: (canvas: Canvas, isErrback: boolean) => Template;
  readonly #known = new Map<string, number>();
  readonly #made = new Map<Canvas, [link?: number, errback?: number]>();

  constructor(make: (canvas: Canvas, isErrback: boolean) => Template) {
    this.#make = make;
  }

  /** The number of the set, and 1; 0: none. */
  of(links: readonly Canvas[], errbacks: readonly Canvas[]): number {
    if (links.length + errbacks.length === 0) return 0;
    const set = {
      links: links.map((each) => this.#templateOf(each, false)),
      errbacks: errbacks.map((each) => this.#templateOf(each, true)),
    };
    const key = `${set.links} ${set.errbacks}`;
    const known = this.#known.get(key) ?? this.sets.push(set);
    this.#known.set(key, known);
    return known;
  }

  #templateOf(canvas: Canvas, isErrback: boolean): number {
    const made = this.#made.get(canvas) ?? [];
    this.#made.set(canvas, made);
    const which = isErrback ? 1 : 0;
    made[which] ??= this.templates.push(this.#make(canvas, isErrback)) - 1;
    return made[which];
  }
}
