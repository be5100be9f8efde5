import type { Call } from "../core/call.ts";
import { composeChecked } from "../core/checked-call.ts";
import type { Config } from "../core/config.ts";
import { type Fault, RefusedCall } from "../core/errors.ts";
import type { TaskDefinition } from "../core/task-definition.ts";
import { readCall, type WireCall, wirePath } from "../core/wire/call-options.ts";
import type { Reason } from "./problem.ts";

/** One call's JSON, composed; or what is wrong with it, every fault at once, under the names of the wire. */
export type Composed = { ok: true; call: Call } | { ok: false; reason: Reason; faults: Fault[] };

/** What calls are composed under. */
export interface CallSetting {
  config: Config;
  /** Milliseconds since 1970. */
  now: number;
  /** Whether each body names its `task` (in bulk). Default false. */
  named?: boolean;
  /** The header Idempotency-Key, where the request has one. */
  idempotencyKey?: string | undefined;
}

/**
 * Composes the call of a task from its parsed JSON. Does not throw for what the caller sent. The key in the header
 * Idempotency-Key and the option `idempotency_key` are the same thing; given both, they must agree. A promise only where a schema of the
 * task answers one: many calls are made one after the other.
 */
export function composeBody(
  definition: TaskDefinition,
  body: Readonly<Record<string, unknown>>,
  setting: CallSetting,
): Composed | Promise<Composed> {
  const { config, now, named, idempotencyKey } = setting;
  const { call, faults } = readCall(body, { timezone: config.timezone, named });
  if (idempotencyKey !== undefined) addIdempotencyKey(call, idempotencyKey, faults);
  try {
    const composed = composeChecked(definition, call, { config, now, json: true });
    return composed instanceof Promise ? composeLater(composed, faults) : composedOf(composed, faults);
  } catch (error) {
    return refused(error, faults);
  }
}

async function composeLater(composing: Promise<Call>, faults: readonly Fault[]): Promise<Composed> {
  try {
    return composedOf(await composing, faults);
  } catch (error) {
    return refused(error, faults);
  }
}

function composedOf(call: Call, faults: readonly Fault[]): Composed {
  return faults.length === 0 ? { ok: true, call } : { ok: false, reason: reasonOf(faults), faults: [...faults] };
}

/** @throws what is no refusal. */
function refused(error: unknown, faults: readonly Fault[]): Composed {
  if (!(error instanceof RefusedCall)) throw error;
  if (faults.length === 0) return { ok: false, reason: error.reason, faults: error.faults.map(toWire) };
  // Arguments that could not be read are not also missing.
  const unread = faults.some(isAboutArguments);
  const all = [...faults, ...error.faults.filter((fault) => !(unread && isAboutArguments(fault))).map(toWire)];
  return { ok: false, reason: reasonOf(all), faults: all };
}

function addIdempotencyKey(call: WireCall, key: string, faults: Fault[]): void {
  const own = call.options?.idempotencyKey;
  if (own === undefined) call.options = { ...call.options, idempotencyKey: key };
  else if (own !== key)
    faults.push({ path: "idempotency_key", message: "expected the same key as in the header Idempotency-Key, got another" });
}

function reasonOf(faults: readonly Fault[]): Reason {
  return faults.some(isAboutArguments) ? "bad_arguments" : "bad_option";
}

function isAboutArguments(fault: Fault): boolean {
  return /^(kw)?args(?![A-Za-z_])/.test(fault.path);
}

function toWire(fault: Fault): Fault {
  return { path: wirePath(fault.path), message: fault.message };
}
