import type { Line } from "../call.ts";
import { cutText, type TaskEvent } from "../task-event.ts";
import { VIRTUAL_CLIENT, VIRTUAL_WORKER } from "../virtual-worker.ts";
import { pythonRepr } from "./python-repr.ts";

/**
 * An event as Celery's monitors read it: `args`, `kwargs`, `result` and `exception` are Python's `repr`, cut to 1,024 characters; `timestamp` and `runtime` are seconds; `clock` is
 * the event's number at its shard. `hostname` is the deployment's one worker, for consumers come and go by the second. `name` is there in all of them, which
 * Celery has in the first two only.
 */
export function eventDocument(event: TaskEvent): Record<string, unknown> {
  const { type, uuid, name, at, sequence } = event;
  const hostname = type === "task-sent" ? VIRTUAL_CLIENT : VIRTUAL_WORKER;
  const common = { type, uuid, name: name ?? null, timestamp: at / 1000, hostname, utcoffset: 0, pid: 0, clock: sequence };
  switch (type) {
    case "task-sent":
    case "task-received":
      return { ...common, ...callDocument(event) };
    case "task-succeeded":
      return { ...common, result: resultRepr(event.result ?? "null"), runtime: event.runtime ?? null };
    case "task-failed":
    case "task-retried":
      return { ...common, exception: event.exception ?? "", traceback: event.traceback ?? null };
    case "task-rejected":
      return { ...common, requeue: true };
    case "task-revoked":
      return { ...common, terminated: event.terminated ?? false, signum: null, expired: event.expired ?? false };
    default:
      return common;
  }
}

function callDocument({ uuid, line, args, kwargs, queue, retries = 0, eta, expires }: TaskEvent): Record<string, unknown> {
  // A line was made by composeCall.
  const call = line === undefined ? undefined : (JSON.parse(line) as Line);
  return {
    args: args ?? cutText(pythonRepr(call?.args ?? [])),
    kwargs: kwargs ?? cutText(pythonRepr(call?.kwargs ?? {})),
    root_id: call?.root_id ?? uuid,
    parent_id: call?.parent_id ?? null,
    retries,
    eta: isoTime(eta),
    expires: isoTime(expires),
    queue: queue ?? null,
    exchange: "",
    routing_key: queue ?? null,
  };
}

/** Text that was cut is no JSON any more, and is shown as it is. */
function resultRepr(text: string): string {
  try {
    return cutText(pythonRepr(JSON.parse(text)));
  } catch {
    return text;
  }
}

function isoTime(instant: number | undefined): string | null {
  return instant === undefined ? null : new Date(instant).toISOString();
}
