import type { TaskContext } from "../app/context.ts";
import type { Clock } from "../clock.ts";
import { findArgumentFaults } from "../core/arguments.ts";
import { exceeds } from "../core/byte-length.ts";
import type { Line } from "../core/call.ts";
import { describeError } from "../core/error-document.ts";
import { NotRegistered, RefusedCall, unknownTask } from "../core/errors.ts";
import { PAYLOAD_LIMIT } from "../core/payload-limit.ts";
import type { Outcome } from "../core/result.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { LogLevel } from "../log.ts";
import type { Printer } from "./captured-console.ts";
import { runPrinting, runPrintingAtOnce } from "./captured-console.ts";
import { encodeResult } from "./encode-result.ts";
import { readLine } from "./line.ts";
import type { RunningTask } from "./running-task.ts";
import { RunningContext } from "./running-task.ts";
import type { TaskLog } from "./task-log.ts";

/** A registered task as the worker needs it: `Task` of app/task.ts, or a test's own. */
export interface RunnableTask extends TaskDefinition {
  /** What the handler returns, awaited or not: one that answers at once should not be made a promise, see `call`. */
  run(context: TaskContext, args: unknown[], kwargs: Record<string, unknown>): unknown;
}

/** What running a task takes. */
export interface RunParts {
  registry: TaskRegistry<RunnableTask>;
  clock: Clock;
  log: TaskLog;
}

/** Longest traceback kept, in characters. */
const LONGEST_TRACEBACK = 100_000;

/** What stands for the name of a task whose line cannot be read. */
const NAMELESS = "?";

/**
 * Runs one granted task and answers how it ended. Never throws, whatever the handler does: a line that cannot be read, a task
 * that is not registered (`NotRegistered`), arguments that do not fit (`TypeError`), a handler that throws, and a return value
 * that cannot be stored (`EncodeError`) end as FAILURE with Celery's error document. The return value is dropped when the call
 * or the task says `ignore_result`. `startedAt` and `endedAt` are equal in production when the handler awaits nothing: the
 * platform's clock stands still between I/O.
 */
export async function runTask(task: RunningTask, parts: RunParts): Promise<Outcome> {
  const { id, page, slot, attempt } = task.granted;
  const startedAt = parts.clock.now();
  let line: Line | undefined;
  try {
    line = readLine(task.granted.line);
    parts.log.received(line.task, id);
    const definition = parts.registry.get(line.task);
    if (definition === undefined) throw new NotRegistered(unknownTask(line.task, parts.registry.names()));
    const value = await call(definition, task, line, parts.log);
    const ignored = line.ignore_result ?? definition.ignoreResult === true;
    const result = ignored ? "null" : encodeResult(value, line.task);
    const endedAt = parts.clock.now();
    if (!task.abandoned) parts.log.succeeded(line.task, id, endedAt - startedAt, result);
    return { page, slot, attempt, state: "SUCCESS", result, traceback: null, startedAt, endedAt };
  } catch (error) {
    const { document, traceback } = describeError(error);
    if (!task.abandoned) parts.log.failed(line?.task ?? NAMELESS, id, document, traceback);
    const failure = { result: encodeDocument(document), traceback: cutTraceback(traceback) };
    return { page, slot, attempt, state: "FAILURE", ...failure, startedAt, endedAt: parts.clock.now() };
  }
}

/** Whether a task has answered at once whenever it was run; not there before its first run. */
const prompt = new WeakMap<RunnableTask, boolean>();

/**
 * Calls the handler so that its prints carry the task's name and id. A context that follows it over its awaits costs more than
 * all else that is done for a task, so a task that is known to answer without a promise goes without; the first that
 * returns one has it for good.
 */
async function call(definition: RunnableTask, task: RunningTask, line: Line, log: TaskLog): Promise<unknown> {
  const args = line.args ?? [];
  const kwargs = line.kwargs ?? {};
  const known = prompt.get(definition);
  try {
    const run = known === true ? runPrintingAtOnce : runPrinting;
    const printer = new TaskPrinter(log, line.task, task.granted.id);
    const returned = run(printer, invoke, definition, new RunningContext(task, line), args, kwargs);
    const later = isThenable(returned);
    if (known === undefined || (known && later)) prompt.set(definition, !later);
    return later ? await returned : returned;
  } catch (error) {
    // A handler may pass on a RefusedCall of its own: only this call's arguments make it a TypeError.
    const refused = error instanceof RefusedCall && error.reason === "bad_arguments";
    if (refused && findArgumentFaults(definition, args, kwargs).length > 0) throw new TypeError(error.message);
    throw error;
  }
}

function invoke(definition: RunnableTask, context: TaskContext, args: unknown[], kwargs: Record<string, unknown>): unknown {
  return definition.run(context, args, kwargs);
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

class TaskPrinter implements Printer {
  readonly #log: TaskLog;
  readonly #name: string;
  readonly #id: string;

  constructor(log: TaskLog, name: string, id: string) {
    this.#log = log;
    this.#name = name;
    this.#id = id;
  }

  print(level: LogLevel, values: unknown[]): void {
    this.#log.printed(level, this.#name, this.#id, values);
  }
}

function encodeDocument(document: ReturnType<typeof describeError>["document"]): string {
  const text = JSON.stringify(document);
  if (!exceeds(text, PAYLOAD_LIMIT)) return text;
  const message = document.exc_message.map((part) => String(part)).join(", ");
  const note = `${message.slice(0, 1_000)}… (cut: the error took more than ${PAYLOAD_LIMIT} bytes of JSON)`;
  return JSON.stringify({ exc_type: document.exc_type.slice(0, 200), exc_message: [note], exc_module: document.exc_module.slice(0, 200) });
}

function cutTraceback(traceback: string | null): string | null {
  if (traceback === null || traceback.length <= LONGEST_TRACEBACK) return traceback;
  return `${traceback.slice(0, LONGEST_TRACEBACK)}\n… (cut at ${LONGEST_TRACEBACK} characters)`;
}
