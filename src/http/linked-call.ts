import type { BrokerClient, Sent } from "../broker/api.ts";
import { type ComposedCanvas, composeCanvas } from "../core/canvas/compose-canvas.ts";
import type { Config } from "../core/config.ts";
import type { Fault } from "../core/errors.ts";
import type { TaskRecord } from "../core/result.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import { faultyProblem } from "./problem.ts";
import { refusedProblem } from "./refused.ts";

/** What a call with callbacks is composed under. */
export interface LinkedSetting {
  registry: TaskRegistry<TaskDefinition>;
  config: Config;
  /** Milliseconds since 1970. */
  now: number;
}

/** And submitted with. */
export interface LinkedSubmit extends LinkedSetting {
  broker: BrokerClient;
  waitSeconds: number;
  /** What its maker says of this sending; undefined: it is not sent again. */
  sent?: Sent;
}

/** Whether the JSON of a call has callbacks (`link`) or errbacks (`link_error`). */
export function isLinked({ link, link_error }: Readonly<Record<string, unknown>>): boolean {
  return (link ?? null) !== null || (link_error ?? null) !== null;
}

/** Composes one call with callbacks: a canvas of one task. Faults are under the names of the call's options; an `idempotency_key` is one here. */
export function composeLinked(
  name: string,
  { args, kwargs, ...options }: Readonly<Record<string, unknown>>,
  setting: LinkedSetting,
): ComposedCanvas | Promise<ComposedCanvas> {
  const composed = composeCanvas({ task: name, args, kwargs, options }, setting);
  return composed instanceof Promise ? composed.then(asCall) : asCall(composed);
}

/**
 * Submits one call with callbacks. Answers its id, and what is known of it when `waitSeconds` are over.
 * @throws Problem with every fault
 */
export async function submitLinked(
  name: string,
  body: Readonly<Record<string, unknown>>,
  { broker, waitSeconds, sent, ...setting }: LinkedSubmit,
): Promise<{ id: string; record?: TaskRecord }> {
  const composed = await composeLinked(name, body, setting);
  if (!composed.ok) throw faultyProblem(composed.reason, composed.faults);
  const started = await broker.start(composed.workflow, { sent });
  if (!started.ok) throw refusedProblem(started);
  const [id = ""] = started.ids;
  const lookup = waitSeconds > 0 ? await broker.result(id, waitSeconds) : undefined;
  return lookup?.found === true ? { id, record: lookup.record } : { id };
}

/** The call's own task is known: what is not is one of its options'. */
function asCall(composed: ComposedCanvas): ComposedCanvas {
  if (composed.ok) return composed;
  return { ok: false, reason: composed.reason === "unknown_task" ? "bad_option" : composed.reason, faults: composed.faults.map(ofOption) };
}

/** Beside `args` and `kwargs` a call has its options themselves. */
function ofOption({ path, message }: Fault): Fault {
  return { path: path.replace(/^options\./, ""), message };
}
