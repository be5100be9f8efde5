import type { CallOptions } from "../call.ts";
import type { Fault } from "../errors.ts";
import { describeValue, isPlainObject } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import { readInstant } from "./instant.ts";

/** A call as its JSON says it, ready for `composeCall` (core/compose.ts), which checks what the options hold. */
export interface WireCall {
  args?: unknown[];
  kwargs?: Record<string, unknown>;
  options?: CallOptions;
}

/** What JSON calls each option: Celery's name of it in `apply_async`. */
const WIRE_NAMES = {
  countdown: "countdown",
  eta: "eta",
  expires: "expires",
  taskId: "task_id",
  queue: "queue",
  priority: "priority",
  headers: "headers",
  ignoreResult: "ignore_result",
  shadow: "shadow",
  idempotencyKey: "idempotency_key",
  timeLimit: "time_limit",
  softTimeLimit: "soft_time_limit",
  maxRetries: "max_retries",
  concurrencyKey: "concurrency_key",
  stamps: "stamps",
  stampedHeaders: "stamped_headers",
} as const satisfies Record<keyof CallOptions, string>;

/** Callbacks make a canvas of a call: they are taken where one is. */
const CALLBACKS: readonly string[] = ["link", "link_error"];

const WIRE_NAME_OF: ReadonlyMap<string, string> = new Map(Object.entries(WIRE_NAMES));
const OPTION_OF: ReadonlyMap<string, keyof CallOptions> = new Map(
  [...WIRE_NAME_OF].map(([option, wire]) => [wire, option as keyof CallOptions]),
);

/** What JSON calls the options of a call, in the order they are told. */
export const OPTION_NAMES: readonly string[] = [...OPTION_OF.keys()];
const KNOWN: readonly string[] = ["args", "kwargs", ...OPTION_OF.keys()];

/**
 * Translates the JSON of one call: `args`, `kwargs` and, beside them, options in snake_case. `null` says nothing, as
 * Python's None does. `eta` and `expires` become dates; a time without an offset is one of `timezone` (an IANA name).
 * With `named`, the call also has a `task`, which is for the caller to read.
 * Gives what could be read and every fault found: wrong types of `args` and `kwargs`, times that are none, unknown
 * options (with the nearest known name), and callbacks. What an option may hold is for `composeCall` to check.
 */
export function readCall(
  body: Readonly<Record<string, unknown>>,
  { timezone, named = false }: { timezone: string; named?: boolean },
): { call: WireCall; faults: Fault[] } {
  const call: WireCall = {};
  const faults: Fault[] = [];
  let options: Record<string, unknown> | undefined;
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (name === "args") readArgs(value, call, faults);
    else if (name === "kwargs") readKwargs(value, call, faults);
    else if (name !== "task" || !named) {
      const option = OPTION_OF.get(name);
      if (option === undefined) faults.push(strangeOption(name));
      else if (value !== null) {
        options ??= {};
        options[option] = option === "eta" || option === "expires" ? readTime(option, value, timezone, faults) : value;
      }
    }
  }
  // The types inside are what the caller sent; composeCall refuses those that do not fit.
  if (options !== undefined) call.options = options as CallOptions;
  return { call, faults };
}

/** The option that JSON calls by this name; undefined: there is none. */
export function optionOf(wire: string): keyof CallOptions | undefined {
  return OPTION_OF.get(wire);
}

/** Renames the head of a fault's path from `CallOptions` to JSON: `taskId` becomes `task_id`. Other paths stay. */
export function wirePath(path: string): string {
  const head = /^[A-Za-z]+/.exec(path)?.[0];
  const wire = head === undefined ? undefined : WIRE_NAME_OF.get(head);
  return head === undefined || wire === undefined ? path : wire + path.slice(head.length);
}

function readArgs(value: unknown, call: WireCall, faults: Fault[]): void {
  if (Array.isArray(value)) call.args = value;
  else if (value !== null) faults.push({ path: "args", message: `expected an array, got ${describeValue(value)}` });
}

function readKwargs(value: unknown, call: WireCall, faults: Fault[]): void {
  if (isPlainObject(value)) call.kwargs = value;
  else if (value !== null) faults.push({ path: "kwargs", message: `expected an object, got ${describeValue(value)}` });
}

function readTime(option: "eta" | "expires", value: unknown, timezone: string, faults: Fault[]): unknown {
  if (option === "expires" && typeof value === "number") return value;
  const instant = typeof value === "string" ? readInstant(value, timezone) : undefined;
  if (instant !== undefined) return new Date(instant);
  const expected = `${option === "expires" ? "a number of seconds or " : ""}an ISO-8601 time such as 2026-12-24T18:00:00+01:00`;
  faults.push({ path: option, message: `expected ${expected}, got ${describeValue(value)}` });
  return undefined;
}

function strangeOption(name: string): Fault {
  if (CALLBACKS.includes(name)) {
    return {
      path: name,
      message: `expected no '${name}' here: send the task by itself (POST /v1/tasks/{name}), or several as a canvas (POST /v1/canvas)`,
    };
  }
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const hint = didYouMean(name, [...KNOWN, ...CALLBACKS]) || `; known are ${KNOWN.join(", ")}`;
  return { path: shown, message: `'${shown}' is no option of a call${hint}` };
}
