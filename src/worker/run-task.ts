import { mapTask } from "../app/map-task.ts";
import { describeRequest } from "../app/task-request.ts";
import type { Line } from "../core/call.ts";
import type { Outcome } from "../core/result.ts";
import { isExpired } from "../core/revocation.ts";
import { Attempt } from "./attempt.ts";
import { readLine } from "./line.ts";
import { discardExpired, refuseUnknown, refuseUnreadable } from "./not-run.ts";
import type { RunParts } from "./runnable-task.ts";
import type { RunningTask } from "./running-task.ts";

export type { RunnableTask, RunParts } from "./runnable-task.ts";

/**
 * Runs one granted task and answers how its attempt ended: at once, if its handler answered at once and nothing around it takes time. Never throws, whatever the handler does. What is thrown decides by class or name: `Retry` (and
 * what `autoretryFor` names) RETRY, `Ignore` IGNORED, `Reject` REJECTED or FAILURE, `TaskRevokedError` REVOKED, all else FAILURE with
 * Celery's error document. FAILURE too: a line that cannot be read, a task that is not registered (`NotRegistered`), arguments that do not
 * fit (`TypeError`), a return value that cannot be stored (`EncodeError`), a hard time limit (`TimeLimitExceeded`). A task that expired between its grant
 * and its start is not started: REVOKED `expired`. The return value is dropped when the call or the task says `ignore_result`, and then errors too,
 * unless the task stores them. `startedAt` and `endedAt` are equal in production when the handler awaits nothing: the
 * platform's clock stands still between I/O.
 */
export function runTask(task: RunningTask, parts: RunParts): Outcome | Promise<Outcome> {
  const startedAt = parts.clock.now();
  let line: Line;
  try {
    line = readLine(task.granted.line, parts.config?.timezone);
  } catch (error) {
    return refuseUnreadable({ task, parts, startedAt, error });
  }
  parts.log.received(line.shadow ?? line.task, task.granted.id);
  return parts.signals?.live === true ? startTold(task, parts, startedAt, line) : start(task, parts, startedAt, line);
}

function start(task: RunningTask, parts: RunParts, startedAt: number, line: Line): Outcome | Promise<Outcome> {
  const definition = parts.registry.get(line.task) ?? mapTask(line, parts.registry);
  if (isExpired(task.granted.expires, startedAt - (task.host.ahead ?? 0))) return discardExpired({ task, parts, startedAt, line });
  if (definition === undefined) return refuseUnknown({ task, parts, startedAt, line });
  return new Attempt(task, line, definition, parts, startedAt).run();
}

async function startTold(task: RunningTask, parts: RunParts, startedAt: number, line: Line): Promise<Outcome> {
  const { signals, log, registry } = parts;
  const request = describeRequest(task, line, registry.get(line.task));
  const failed = (error: unknown) => log.broken(line.shadow ?? line.task, request.id, "a receiver of task_received", error);
  await signals?.send("task_received", { sender: line.task, request }, failed);
  return start(task, parts, startedAt, line);
}
