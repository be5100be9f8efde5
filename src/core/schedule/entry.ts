import type { Call, CallOptions, Line } from "../call.ts";
import { composeChecked } from "../checked-call.ts";
import type { Config } from "../config.ts";
import type { TaskDefinition } from "../task-definition.ts";
import type { EntryTerms } from "./plan.ts";

/**
 * The call options that an entry may set: all but those that belong to one single call. `countdown` and `expires` count in seconds from the moment it
 * is sent.
 */
export type EntryOptions = Omit<CallOptions, "taskId" | "idempotencyKey" | "eta">;

/** One entry of `beat_schedule`, checked: what to call, and when. */
export interface ScheduleEntry extends EntryTerms {
  /** The key of its table; unique. */
  name: string;
  /** The name of a registered task. */
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  options: EntryOptions;
  /** One that is not is kept, and rests. */
  enabled: boolean;
  description: string;
  /** The entry as it is written, for those who ask. */
  written: Record<string, unknown>;
}

/** What makes an entry begin anew when it changes, as text: its schedule, and what else says when that counts from. */
export function scheduleText({ schedule, zone, startTime }: ScheduleEntry): string {
  const calendar = schedule.kind === "crontab" || (schedule.kind === "interval" && schedule.relative);
  return JSON.stringify({ ...schedule, zone: calendar ? zone : undefined, startTime });
}

/**
 * Makes the call that sends an entry, under an id given by the caller: sent twice under one id it is one task. The task finds
 * the entry's name in `periodic_task_name`, as in django-celery-beat.
 * @throws RefusedCall (rejects) when the arguments or options do not fit the task.
 */
export async function composeEntry(
  entry: ScheduleEntry,
  definition: TaskDefinition,
  setting: { config: Config; now: number; taskId: string },
): Promise<Call> {
  const { config, now, taskId } = setting;
  const { args, kwargs } = entry;
  const call = await composeChecked(definition, { args, kwargs, options: { ...entry.options, taskId } }, { config, now, json: true });
  const line = JSON.parse(call.line) as Line;
  return { ...call, line: JSON.stringify({ ...line, periodic_task_name: entry.name } satisfies Line), onceOnly: true };
}
