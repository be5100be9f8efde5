import type { Line } from "../call.ts";
import type { Config } from "../config.ts";
import type { TaskRecord } from "../result.ts";
import { toSnakeCase } from "../snake-case.ts";
import { VIRTUAL_WORKER } from "../virtual-worker.ts";

/** A task that a consumer holds, or that waits for its time. */
export interface InspectedTask {
  record: TaskRecord;
  /** 0 to 9. */
  priority: number;
  /** How often it was granted before: beyond 0 it is delivered again. */
  attempts: number;
  /** When its consumer was given it: milliseconds since 1970; null: none has it. */
  grantedAt: number | null;
}

/**
 * A task as `celery inspect active` and `reserved` show it: Celery's request. `hostname` is the deployment's one worker, `time_start` seconds since 1970; it is
 * `acknowledged` only when it has ended, and there are no processes.
 */
export function inspectedRequest({ record, priority, attempts, grantedAt }: InspectedTask): Record<string, unknown> {
  // A line was made by composeCall.
  const line = JSON.parse(record.line) as Line;
  return {
    id: record.id,
    name: line.task,
    args: line.args ?? [],
    kwargs: line.kwargs ?? {},
    type: line.task,
    hostname: VIRTUAL_WORKER,
    time_start: grantedAt === null ? null : grantedAt / 1000,
    acknowledged: false,
    delivery_info: { exchange: "", routing_key: record.queue, priority, redelivered: attempts > 1 },
    worker_pid: null,
  };
}

/** A task as `celery inspect scheduled` shows it: its request, and the time that it waits for. */
export function inspectedSchedule(task: InspectedTask): Record<string, unknown> {
  const { eta } = task.record;
  return { eta: eta === null ? null : new Date(eta).toISOString(), priority: task.priority, request: inspectedRequest(task) };
}

/** The settings under Celery's names, as `celery inspect conf` shows them; what JSON cannot tell is left out. There are no secrets among them. */
export function inspectedConf(config: Config): Record<string, unknown> {
  const entries = Object.entries(config).map(([name, value]): [string, unknown] => [toSnakeCase(name), value]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value !== "function" && value !== Number.POSITIVE_INFINITY));
}
