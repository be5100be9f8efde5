/** Granted tasks that are not run: they end without their handler. */
import type { SignalName, SignalPayloads } from "../app/signals.ts";
import { describeRequest } from "../app/task-request.ts";
import { defaultAckPolicy } from "../core/acknowledgement.ts";
import type { OwnEnd } from "../core/attempt-end.ts";
import type { Line } from "../core/call.ts";
import { describeError } from "../core/error-document.ts";
import { NotRegistered, TaskRevokedError, unknownTask } from "../core/errors.ts";
import type { Outcome } from "../core/result.ts";
import { outcomeOf } from "./outcome-of.ts";
import type { RunParts } from "./runnable-task.ts";
import type { RunningTask } from "./running-task.ts";

interface Granted {
  task: RunningTask;
  parts: RunParts;
  startedAt: number;
}

/** What stands for the name of a task whose line cannot be read. */
const NAMELESS = "?";

/** The stored call cannot be read: FAILURE with `error`. */
export async function refuseUnreadable({ error, ...granted }: Granted & { error: unknown }): Promise<Outcome> {
  const { task, parts } = granted;
  const { id } = task.granted;
  logFailure(granted, NAMELESS, error);
  await tell(parts, NAMELESS, id, "task_rejected", () => ({ sender: NAMELESS, taskId: id, message: task.granted.line, exc: error }));
  return end(granted, NAMELESS, { how: "failed", error, expected: false });
}

/** No task is registered under its name any more: FAILURE `NotRegistered`. */
export async function refuseUnknown({ line, ...granted }: Granted & { line: Line }): Promise<Outcome> {
  const { task, parts } = granted;
  const { id } = task.granted;
  const name = line.task;
  const error = new NotRegistered(unknownTask(name, parts.registry.names()));
  logFailure(granted, line.shadow ?? name, error);
  await tell(parts, name, id, "task_unknown", () => ({ sender: name, taskId: id, name, message: task.granted.line, exc: error }));
  return end(granted, name, { how: "failed", error, expected: false });
}

/** It expired after it was granted: REVOKED `expired`. */
export async function discardExpired({ line, ...granted }: Granted & { line: Line }): Promise<Outcome> {
  const { task, parts } = granted;
  const { id } = task.granted;
  const name = line.task;
  parts.log.discarded(line.shadow ?? name, id);
  const request = () => describeRequest(task, line, parts.registry.get(name));
  await tell(parts, name, id, "task_revoked", () => ({ sender: name, request: request(), terminated: false, expired: true }));
  const error = new TaskRevokedError("expired");
  // It was not thrown by anybody.
  error.stack = undefined;
  return end(granted, name, { how: "revoked", error });
}

function logFailure({ task, parts }: Granted, name: string, error: unknown): void {
  const { document, traceback } = describeError(error);
  parts.log.failed(name, task.granted.id, document, traceback);
}

async function tell<Name extends SignalName>(
  { signals, log }: RunParts,
  name: string,
  id: string,
  signal: Name,
  payload: () => SignalPayloads[Name],
): Promise<void> {
  if (signals?.has(signal) !== true) return;
  await signals.send(signal, payload(), (error) => log.broken(name, id, `a receiver of ${signal}`, error));
}

function end({ task, parts, startedAt }: Granted, name: string, how: OwnEnd): Outcome {
  const kept = { ignored: false, errorsIgnored: false, acks: defaultAckPolicy };
  return outcomeOf(how, { task, name, startedAt, endedAt: parts.clock.now(), ...kept }).outcome;
}
