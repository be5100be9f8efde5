/// <reference path="./node-modules.d.ts" />
import { format } from "node:util";
import type { ErrorDocument } from "../core/error-document.ts";
import { describeError } from "../core/error-document.ts";
import { timeLimitLine } from "../core/time-limits.ts";
import type { Log, LogLevel } from "../log.ts";
import { isLogged } from "../log.ts";

/** Longest result shown in a line, in characters (Celery's `resultrepr_maxsize` is 1,024). */
const LONGEST_REPR = 1_000;

/** What Celery's worker says of its tasks. A line that the log drops is never built. */
export class TaskLog {
  readonly #log: Log;
  readonly #info: boolean;
  readonly #error: boolean;

  constructor(log: Log) {
    this.#log = log;
    this.#info = isLogged(log, "info");
    this.#error = isLogged(log, "error");
  }

  /** `Task tasks.add[<id>] received` */
  received(name: string, id: string): void {
    if (this.#info) this.#log.info(`Task ${label(name, id)} received`);
  }

  /** `Task tasks.add[<id>] succeeded in 0.004s: 5`; `result` is JSON text. */
  succeeded(name: string, id: string, milliseconds: number, result: string): void {
    if (this.#info) this.#log.info(`Task ${label(name, id)} succeeded in ${(milliseconds / 1000).toFixed(3)}s: ${cut(result)}`);
  }

  /** `Task tasks.boom[<id>] raised unexpected: ValueError('no')`, and the traceback under it. */
  failed(name: string, id: string, document: ErrorDocument, traceback: string | null): void {
    if (!this.#error) return;
    const below = traceback === null ? "" : `\n${traceback}`;
    this.#log.error(`Task ${label(name, id)} raised unexpected: ${represent(document)}${below}`);
  }

  /** `Task tasks.boom[<id>] raised expected: ValueError('no')`: one of the errors that the task `throws`. */
  raised(name: string, id: string, document: ErrorDocument): void {
    if (this.#info) this.#log.info(`Task ${label(name, id)} raised expected: ${represent(document)}`);
  }

  /** `Task tasks.it[<id>] retry: Retry in 1s: ValueError('no')`; without a document, of a retry that named no error, up to the second colon. */
  retried(name: string, id: string, milliseconds: number, document: ErrorDocument | undefined): void {
    if (!this.#info) return;
    const reason = document === undefined ? "" : `: ${represent(document)}`;
    this.#log.info(`Task ${label(name, id)} retry: Retry in ${milliseconds / 1000}s${reason}`);
  }

  /** `Task tasks.it[<id>] ignored` */
  ignored(name: string, id: string): void {
    if (this.#info) this.#log.info(`Task ${label(name, id)} ignored`);
  }

  /** `Task tasks.it[<id>] reject requeue=false: no room` */
  rejected(name: string, id: string, requeue: boolean, document: ErrorDocument): void {
    const reason = document.exc_message.map((part) => cut(String(part)).replaceAll("\n", "\\n")).join(", ");
    this.#log.warning(`Task ${label(name, id)} reject requeue=${requeue}: ${reason}`);
  }

  /** `Task tasks.it[<id>] revoked: TaskRevokedError('revoked')`: it ended so by itself. */
  revoked(name: string, id: string, document: ErrorDocument): void {
    if (this.#info) this.#log.info(`Task ${label(name, id)} revoked: ${represent(document)}`);
  }

  /** `Discarding revoked task: tasks.it[<id>]`: it expired, and is not started. */
  discarded(name: string, id: string): void {
    if (this.#info) this.#log.info(`Discarding revoked task: ${label(name, id)}`);
  }

  /** `Soft time limit (20s) exceeded for tasks.it[<id>]`, a warning; a hard one is an error. */
  limited(limit: "soft" | "hard", seconds: number, name: string, id: string): void {
    this.#log[limit === "soft" ? "warning" : "error"](timeLimitLine(limit, seconds, oneLine(name), oneLine(id)));
  }

  /** `Task tasks.it[<id>] INTERNAL ERROR: Error('no') in onSuccess`, and the traceback under it: what a hook or a signal's receiver threw. */
  broken(name: string, id: string, where: string, error: unknown): void {
    if (!this.#error) return;
    const { document, traceback } = describeError(error);
    const below = traceback === null ? "" : `\n${traceback}`;
    this.#log.error(`Task ${label(name, id)} INTERNAL ERROR: ${represent(document)} in ${where}${below}`);
  }

  /** `Task tasks.it[<id>] made a call that was not sent: BacklogFull('…')`, whether its handler awaited the call or not. */
  unsent(name: string, id: string, error: unknown): void {
    this.#log.warning(`Task ${label(name, id)} made a call that was not sent: ${represent(describeError(error).document)}`);
  }

  /** What a task said in its own log (`context.log`): `tasks.it[<id>]: words`, as Celery's task loggers write it. */
  said(level: LogLevel, name: string, id: string, values: unknown[]): void {
    if (isLogged(this.#log, level)) this.#log[level](`${label(name, id)}: ${format(...values)}`);
  }

  /** What a task printed: every line with the task's name and id, like Celery's redirected stdout. */
  printed(level: LogLevel, name: string, id: string, values: unknown[]): void {
    if (!isLogged(this.#log, level)) return;
    const before = label(name, id);
    for (const line of format(...values).split(/\r?\n/)) this.#log[level](`${before} ${line}`);
  }
}

/** `tasks.add[<id>]`, on one line whatever the two hold. */
function label(name: string, id: string): string {
  return oneLine(`${name}[${id}]`);
}

function oneLine(text: string): string {
  return text.includes("\n") ? text.replaceAll("\n", "\\n") : text;
}

/** An error as Python shows it: `ValueError('no')`. */
function represent(document: ErrorDocument): string {
  const args = document.exc_message.map((part) => (typeof part === "string" ? quote(part) : cut(JSON.stringify(part) ?? "null")));
  return `${document.exc_type.replaceAll("\n", "\\n")}(${args.join(", ")})`;
}

function quote(text: string): string {
  return `'${cut(text).replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}

function cut(text: string): string {
  return text.length > LONGEST_REPR ? `${text.slice(0, LONGEST_REPR)}...` : text;
}
