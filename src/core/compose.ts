import { findArgumentFaults } from "./arguments.ts";
import { byteLength, exceeds } from "./byte-length.ts";
import type { Call, CallOptions, Line } from "./call.ts";
import { findOptionFaults } from "./call-options.ts";
import { addTerms, findMisfits, noteOptions } from "./call-terms.ts";
import type { Config } from "./config.ts";
import type { Fault } from "./errors.ts";
import { ImproperlyConfigured, RefusedCall } from "./errors.ts";
import { fingerprint } from "./fingerprint.ts";
import { describeValue, findJsonFaults, isPlainObject } from "./json-value.ts";
import { PAYLOAD_LIMIT } from "./payload-limit.ts";
import type { Destination } from "./routing.ts";
import { destinationOf } from "./routing.ts";
import type { TaskDefinition } from "./task-definition.ts";
import { toJsonable } from "./wire/jsonable.ts";

/** What is called with, as a door received it. */
export interface CallInput {
  args?: readonly unknown[];
  kwargs?: Record<string, unknown>;
  options?: CallOptions;
}

/** What a call is composed under. */
export interface ComposeSetting {
  config: Config;
  /** Milliseconds since 1970; `countdown` and a relative `expires` count from here. */
  now: number;
  /**
   * The arguments and headers came out of `JSON.parse`, so they need not be searched for what JSON cannot hold. Default false.
   * Set it where it is so: the search costs about as much as all the rest.
   */
  json?: boolean;
  /** What a schema found wrong with the arguments (core/checked-call.ts): then they are not looked at again. */
  argumentFaults?: readonly Fault[];
  /** The running task that makes the call, if one does. */
  parent?: { id: string; rootId: string; priority: number };
}

/**
 * Makes the call that is handed to the broker out of what a user gave: checks everything, finds its queue, then writes the line. The definition is
 * the settled one (core/settled-task.ts), or says itself all that is to hold.
 *
 * Throws `RefusedCall` with every fault at once: arguments that do not fit the task or that JSON cannot hold, options of a wrong
 * type or out of range or unknown, a queue that `task_queues` does not name, more than 1,000,000 bytes of args, kwargs and
 * headers together (as JSON in UTF-8). Its reason is the first of `bad_arguments`, `bad_option`, `unknown_queue`, `too_large` that applies. Trailing `undefined` arguments and undefined
 * keywords count as not given; `undefined` elsewhere becomes null, as JSON has it. Options win over the task's own. Routers that are functions are asked only for calls
 * that are right otherwise; what they throw is not caught, and an answer that is none throws `ImproperlyConfigured`.
 */
export function composeCall(definition: TaskDefinition, call: CallInput, setting: ComposeSetting): Call {
  const { now } = setting;
  const options = call.options ?? {};
  const given = readArguments(call);
  const argumentFaults = given.faults.length > 0 ? given.faults : findFaultyArguments(definition, given, setting);
  const optionFaults = isPlainObject(options) ? findOptionFaults({ ...options }, now) : [notAnObject("options", options)];
  if (optionFaults.length === 0) optionFaults.push(...findMisfits(options, definition));
  const brought =
    setting.json === true ? { ...given, headers: options.headers } : makeJsonable(given, options, argumentFaults, optionFaults);
  const sound = argumentFaults.length === 0 && optionFaults.length === 0;
  const destination = findDestination(definition, given, setting, options, sound);
  if (!sound || "faults" in destination) refuse(definition, argumentFaults, optionFaults, queueFaultsOf(destination, optionFaults));
  const { queue, priority } = expectRoute(destination, definition);
  try {
    const line = beginLine(definition, brought, options, setting);
    if (priority > 0) line.priority = priority;
    const made: Call = { line: writeLine(line, definition), queue };
    if (definition.express === true) made.express = true;
    if (priority > 0) made.priority = priority;
    addOptions(made, options, definition, now);
    addTerms(made, line, options, definition);
    return made;
  } catch (error) {
    // What a stack overflow in JSON.stringify throws.
    if (!(error instanceof RangeError)) throw error;
    const message = "expected arguments that JSON can hold, got some that are nested too deeply";
    throw new RefusedCall("bad_arguments", [{ path: "args", message }], definition.name);
  }
}

interface Arguments {
  args: readonly unknown[];
  kwargs: Record<string, unknown>;
  faults: Fault[];
}

function readArguments(call: CallInput): Arguments {
  const read: Arguments = { args: [], kwargs: {}, faults: [] };
  if (Array.isArray(call.args)) {
    read.args = trimmed(call.args);
  } else if (call.args !== undefined) {
    read.faults.push({ path: "args", message: `expected an array, got ${describeValue(call.args)}` });
  }
  if (isPlainObject(call.kwargs)) {
    const undefinedKeys = Object.values(call.kwargs).includes(undefined);
    read.kwargs = undefinedKeys ? withoutUndefined(call.kwargs) : call.kwargs;
  } else if (call.kwargs !== undefined) {
    read.faults.push(notAnObject("kwargs", call.kwargs));
  }
  return read;
}

function trimmed(args: readonly unknown[]): readonly unknown[] {
  if (args.at(-1) !== undefined) return args;
  return args.slice(0, args.findLastIndex((value) => value !== undefined) + 1);
}

function withoutUndefined(kwargs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargs).filter(([, value]) => value !== undefined));
}

function notAnObject(path: string, value: unknown): Fault {
  return { path, message: `expected an object, got ${describeValue(value)}` };
}

/** What a call brings along, as JSON can hold it. */
interface Brought {
  args: readonly unknown[];
  kwargs: Record<string, unknown>;
  headers?: Record<string, unknown> | undefined;
}

function makeJsonable(given: Arguments, options: CallOptions, argumentFaults: Fault[], optionFaults: Fault[]): Brought {
  const args = toJsonable(given.args, "args");
  const kwargs = toJsonable(given.kwargs, "kwargs");
  const headers = isPlainObject(options.headers) ? toJsonable(options.headers, "headers") : undefined;
  argumentFaults.push(...args.faults, ...kwargs.faults);
  optionFaults.push(...(headers?.faults ?? []));
  if (isPlainObject(options.stamps)) optionFaults.push(...searchJson(options.stamps, "stamps"));
  // Arrays stay arrays, and objects objects.
  return {
    args: args.json as readonly unknown[],
    kwargs: kwargs.json as Record<string, unknown>,
    headers: headers?.json as Brought["headers"],
  };
}

/** Stamps are compared when tasks are revoked by them, so they are what JSON has a form for. */
function searchJson(value: unknown, path: string): Fault[] {
  try {
    return findJsonFaults(value, path);
  } catch (error) {
    // A getter or a toJSON of the caller's own may throw anything.
    return [
      { path, message: `expected a value that JSON can hold, but reading it threw: ${error instanceof Error ? error.message : "…"}` },
    ];
  }
}

function findFaultyArguments(definition: TaskDefinition, { args, kwargs }: Arguments, { argumentFaults }: ComposeSetting): Fault[] {
  if (argumentFaults !== undefined) return [...argumentFaults];
  return definition.typing === false ? [] : findArgumentFaults(definition, args, kwargs);
}

function findDestination(
  { name, queue, priority }: TaskDefinition,
  { args, kwargs }: Arguments,
  { config, parent }: ComposeSetting,
  options: CallOptions,
  sound: boolean,
): Destination {
  const asked = { name, args, kwargs, options: { ...options }, own: { queue, priority }, parentPriority: parent?.priority };
  return destinationOf(asked, sound ? config : { ...config, taskRoutes: [] });
}

/** Of the queue only: a priority was looked at with the options, and routers are not the caller's. */
function queueFaultsOf(destination: Destination, optionFaults: readonly Fault[]): Fault[] {
  if (!("faults" in destination) || optionFaults.some(({ path }) => path === "queue")) return [];
  return destination.faults.filter(({ path }) => path === "queue");
}

/** What was asked for is right, so it is the answer of a router that is not. */
function expectRoute(destination: Destination, { name }: TaskDefinition): { queue: string; priority: number } {
  if (!("faults" in destination)) return destination;
  const told = destination.faults.map(({ path, message }) => (path === "task_routes" ? message : `${path}: ${message}`)).join("; ");
  throw new ImproperlyConfigured(`task_routes, asked for the task '${name}': ${told}`);
}

function refuse(definition: TaskDefinition, argumentFaults: Fault[], optionFaults: Fault[], queueFaults: Fault[]): void {
  const faults = [...argumentFaults, ...optionFaults, ...queueFaults];
  if (faults.length === 0) return;
  const reason = argumentFaults.length > 0 ? "bad_arguments" : optionFaults.length > 0 ? "bad_option" : "unknown_queue";
  throw new RefusedCall(reason, faults, definition.name);
}

function beginLine(
  definition: TaskDefinition,
  { args, kwargs, headers }: Brought,
  options: CallOptions,
  { config, parent }: ComposeSetting,
): Line {
  const line: Line = { task: definition.name };
  if (args.length > 0) line.args = [...args];
  if (Object.keys(kwargs).length > 0) line.kwargs = kwargs;
  if (headers !== undefined && Object.keys(headers).length > 0) line.headers = headers;
  if (options.shadow !== undefined) line.shadow = options.shadow;
  // A call may ask for the result of a task that by itself keeps none: then `false` does say something.
  if (options.ignoreResult === true || (options.ignoreResult === undefined && definition.ignoreResult === true)) line.ignore_result = true;
  else if (options.ignoreResult === false && definition.ignoreResult === true) line.ignore_result = false;
  if (parent !== undefined) Object.assign(line, { root_id: parent.rootId, parent_id: parent.id });
  noteOptions(line, options, definition, config.taskTrackStarted);
  return line;
}

function writeLine(line: Line, definition: TaskDefinition): string {
  const text = JSON.stringify(line);
  if (exceeds(text, PAYLOAD_LIMIT)) refuseTooLarge(line, definition);
  // JSON.stringify never escapes these letters, so the search by text misses no key.
  if (text.includes('"__proto__":')) refuseHiddenKey(line, definition);
  return text;
}

/** Counts what the caller brought along (stamps are headers too), not the name and the marks around it. */
function refuseTooLarge({ args, kwargs, headers, stamps }: Line, definition: TaskDefinition): void {
  const brought = [args, kwargs, headers, stamps].filter((part) => part !== undefined);
  const bytes = brought.reduce<number>((sum, part) => sum + byteLength(JSON.stringify(part)), 0);
  if (bytes <= PAYLOAD_LIMIT) return;
  const message =
    `expected at most ${PAYLOAD_LIMIT} bytes of arguments (JSON in UTF-8, headers included), got ${bytes}: ` +
    "store the data elsewhere and pass its key";
  throw new RefusedCall("too_large", [{ path: "", message }], definition.name);
}

function refuseHiddenKey(line: Line, definition: TaskDefinition): void {
  const argumentFaults = [...findJsonFaults(line.args, "args"), ...findJsonFaults(line.kwargs, "kwargs")];
  refuse(definition, argumentFaults, [...findJsonFaults(line.headers, "headers"), ...findJsonFaults(line.stamps, "stamps")], []);
}

function addOptions(call: Call, options: CallOptions, definition: TaskDefinition, now: number): void {
  const { countdown, eta, expires = definition.expires, taskId, idempotencyKey } = options;
  if (countdown !== undefined && countdown > 0) call.due = Math.round(now + countdown * 1000);
  else if (eta !== undefined) call.due = eta.getTime();
  if (typeof expires === "number") call.expires = Math.round(now + expires * 1000);
  else if (expires !== undefined) call.expires = expires.getTime();
  if (taskId !== undefined) call.taskId = taskId.toLowerCase();
  if (idempotencyKey !== undefined) call.idempotency = { key: idempotencyKey, fingerprint: markCall(call, options) };
}

// What was asked for, not the instants it came to: the same call a minute later must bear the same mark.
function markCall(call: Call, options: CallOptions): string {
  const { countdown, eta, expires, concurrencyKey } = options;
  // Nor does it matter who asked.
  const { root_id: _root, parent_id: _parent, ...line }: Record<string, unknown> = JSON.parse(call.line);
  return fingerprint({ line, queue: call.queue, taskId: call.taskId, countdown, eta, expires, concurrencyKey });
}
