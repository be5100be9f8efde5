import { CliError } from "./cli-error.ts";
import { type Document, isRecord, textOf } from "./document.ts";
import type { Session } from "./session.ts";

/** A result's value on one line: a text as it is, all else as JSON; nothing as `null`. */
export function valueText(value: unknown): string {
  return value === null || value === undefined ? "null" : textOf(value);
}

/** An error as Celery writes it: `ValueError('too big')`. */
export function errorText(result: unknown): string {
  if (!isRecord(result)) return valueText(result);
  const message = Array.isArray(result.exc_message) ? result.exc_message.map(textOf).join(", ") : textOf(result.exc_message);
  return `${textOf(result.exc_type) || "Error"}(${message === "" ? "" : `'${message}'`})`;
}

/**
 * Prints what a task that has ended left: the value of a success on stdout; of another its traceback on stderr, and it is the failure of the
 * command. With `--json` the whole document on stdout, whatever the end, and the same exit code.
 * @throws CliError with exit code 1 when the task failed, was revoked, or has not ended
 */
export function printResult({ terminal, json }: Session, document: Document): void {
  if (json) terminal.json(document);
  const id = textOf(document.task_id);
  const status = textOf(document.status);
  if (status === "SUCCESS") {
    if (!json) terminal.print(valueText(document.result));
    return;
  }
  if (status === "FAILURE") {
    if (!json && typeof document.traceback === "string") terminal.note(document.traceback.trimEnd());
    throw new CliError(`task ${id} failed: ${errorText(document.result)}`);
  }
  if (status === "REVOKED") throw new CliError(`task ${id} was revoked: ${errorText(document.result)}`);
  throw new CliError(`task ${id} has not ended, it is ${status}; --wait waits for its end`);
}
