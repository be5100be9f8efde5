import { findArgumentFaults } from "../arguments.ts";
import type { Call } from "../call.ts";
import { composeChecked } from "../checked-call.ts";
import { type CallInput, type ComposeSetting, composeCall } from "../compose.ts";
import { type Fault, type RefusalReason, RefusedCall, unknownTask } from "../errors.ts";
import { isPlainObject } from "../json-value.ts";
import type { TaskDefinition } from "../task-definition.ts";
import { readCall, wirePath } from "../wire/call-options.ts";
import type { CanvasSetting } from "./canvas-setting.ts";
import type { Step } from "./flow.ts";
import type { WorkflowCall } from "./workflow.ts";

/** What is put in front of the arguments of a call: nothing, one value, the id of a task that failed, or what is known of it (three arguments). */
export type GivenTo = "nothing" | "value" | "id" | "request";

/** A step to be composed. */
export interface AskedStep {
  step: Step;
  takes: GivenTo;
  /** It waits for others, or for the end of another task: what its options count in seconds counts from then. */
  later: boolean;
}

/** The call, or why there is none. */
export type ComposedStep = { ok: true; call: WorkflowCall } | { ok: false; reason: RefusalReason; faults: Fault[] };

const ARGUMENTS_GIVEN: Readonly<Record<GivenTo, number>> = { nothing: 0, value: 1, id: 1, request: 3 };

/** What Celery writes into the options of a signature for itself, and what only its transports know. */
const PLUMBING: ReadonlySet<string> = new Set(
  (
    "group_id group_index chord chord_size root_id parent_id reply_to retries chain callbacks errbacks add_to_parent replaced_task_nesting " +
    "serializer compression delivery_mode exchange exchange_type routing_key retry retry_policy argsrepr kwargsrepr origin link_error link"
  ).split(" "),
);

/** The built-in tasks that call another for each item of a list: Celery's `map` and `starmap`. */
const MAPS: ReadonlySet<string> = new Set(["celery.map", "celery.starmap"]);

/** Makes the call of a step, or tells what is wrong with it. A promise only where a schema answers one. */
export function composeStep(asked: AskedStep, setting: CanvasSetting): ComposedStep | Promise<ComposedStep> {
  const { step } = asked;
  const name = innerOf(step) ?? step.task;
  const definition = setting.registry.get(name);
  if (definition === undefined) {
    const path = name === step.task ? "task" : "kwargs.task.task";
    return refuse("unknown_task", [{ path, message: unknownTask(name, setting.registry.names()) }], step);
  }
  const { stamps, options } = takeOptions(step.options);
  const { call: input, faults } = readCall({ ...options, ...stamps }, { timezone: setting.config.timezone });
  if (input.options?.idempotencyKey !== undefined)
    faults.push({ path: "idempotency_key", message: "expected none on a step of a canvas: a step is a task of its own" });
  if (faults.length > 0) {
    const paths = faults.map(({ path, message }) => ({ path: `options.${path}`, message }));
    return refuse("bad_option", paths, step);
  }
  const finish = (call: Call): ComposedStep => ({ ok: true, call: asStep(call, asked, input.options ?? {}, definition) });
  const failed = (error: unknown): ComposedStep => {
    if (!(error instanceof RefusedCall)) throw error;
    return refuse(error.reason, error.faults.map(toStepPath), step);
  };
  try {
    const composed = compose(asked, definition, { ...input, args: step.args, kwargs: { ...step.kwargs } }, setting);
    return composed instanceof Promise ? composed.then(finish, failed) : finish(composed);
  } catch (error) {
    return failed(error);
  }
}

function compose({ step, takes }: AskedStep, definition: TaskDefinition, input: CallInput, setting: CanvasSetting): Call | Promise<Call> {
  const { config, now, parent } = setting;
  const under: ComposeSetting = { config, now, json: true };
  if (parent !== undefined) under.parent = parent;
  if (definition.name !== step.task) return composeCall(definition, input, { ...under, argumentFaults: [] });
  if (takes === "nothing") return composeChecked(definition, input, under);
  const ahead = Array.from({ length: ARGUMENTS_GIVEN[takes] }, () => null);
  const faults = definition.typing === false ? [] : findArgumentFaults(definition, [...ahead, ...step.args], step.kwargs);
  const argumentFaults = faults.map((fault) => ({ ...fault, path: ownPath(fault.path, ahead.length) }));
  return composeCall(definition, input, { ...under, argumentFaults });
}

/** Where an argument stands among the step's own, when so many come in front of them. */
function ownPath(path: string, ahead: number): string {
  const [head, index] = /^args\[(\d+)\]/.exec(path) ?? [];
  if (head === undefined) return path;
  const own = Number(index) - ahead;
  return own < 0 ? "args" : `args[${own}]${path.slice(head.length)}`;
}

/** Makes of a call one of a canvas: it is a task of its own, and what counts in seconds counts from its release. */
function asStep(
  composed: Call,
  { step, later }: AskedStep,
  options: CallInput["options"] & object,
  definition: TaskDefinition,
): WorkflowCall {
  const { idempotency: _idempotency, onceOnly, ...rest } = composed;
  const call: WorkflowCall = rest;
  // An id that was derived from the call stands for all calls like it.
  if (onceOnly === true) delete call.taskId;
  if (definition.name !== step.task) call.line = JSON.stringify({ ...JSON.parse(call.line), task: step.task });
  if (!later) return call;
  const { countdown, expires = definition.expires } = options;
  const release: { countdown?: number; expires?: number } = {};
  if (countdown !== undefined) {
    delete call.due;
    if (countdown > 0) release.countdown = Math.round(countdown * 1000);
  }
  if (typeof expires === "number") {
    delete call.expires;
    release.expires = Math.round(expires * 1000);
  }
  if (Object.keys(release).length > 0) call.release = release;
  return call;
}

/** The task that a map calls, if the step is one. */
function innerOf({ task, kwargs }: Step): string | undefined {
  if (!MAPS.has(task) || !isPlainObject(kwargs.task)) return undefined;
  return typeof kwargs.task.task === "string" ? kwargs.task.task : undefined;
}

/** Celery keeps stamps among a signature's options, and their names in `stamped_headers`. */
function takeOptions(given: Readonly<Record<string, unknown>>): { stamps: Record<string, unknown>; options: Record<string, unknown> } {
  const { stamped_headers: names, stamps, ...rest } = given;
  const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !PLUMBING.has(key)));
  if (names === undefined && stamps === undefined) return { stamps: {}, options };
  const found: Record<string, unknown> = isPlainObject(stamps) ? { ...stamps } : {};
  if (Array.isArray(names)) {
    for (const name of names) {
      if (typeof name !== "string" || !(name in options)) continue;
      found[name] = options[name];
      delete options[name];
    }
  }
  return {
    stamps: { stamps: stamps !== undefined && !isPlainObject(stamps) ? stamps : found, stamped_headers: names ?? Object.keys(found) },
    options,
  };
}

function refuse(reason: RefusalReason, faults: readonly Fault[], { path: at }: Step): ComposedStep {
  return {
    ok: false,
    reason,
    faults: faults.map(({ path, message }) => ({ path: [at, path].filter((part) => part !== "").join("."), message })),
  };
}

/** Arguments stand in the signature itself, all else among its options. */
function toStepPath({ path, message }: Fault): Fault {
  if (path === "" || /^(kw)?args(?![A-Za-z_])/.test(path)) return { path, message };
  return { path: `options.${wirePath(path)}`, message };
}
