import type { Call, CallOptions, Line } from "../call.ts";
import { composeCanvas } from "../canvas/compose-canvas.ts";
import type { SignatureJson } from "../canvas/signature.ts";
import type { Workflow } from "../canvas/workflow.ts";
import { composeChecked } from "../checked-call.ts";
import type { Config } from "../config.ts";
import { RefusedCall } from "../errors.ts";
import type { TaskDefinition, TaskRegistry } from "../task-definition.ts";
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
  /** The name of a registered task; of a canvas, what its signature is called (`celery.chain`). */
  task: string;
  /** A whole canvas instead of one call: a signature as Celery's JSON has it. `args`, `kwargs` and `options` are empty then. */
  canvas?: SignatureJson;
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

/**
 * Makes the canvas that sends an entry. The id given by the caller is that of the task it comes to, or of its first one where it comes to a group: under one id it is started
 * once.
 * @throws RefusedCall (rejects) when the canvas does not fit.
 */
export async function composeEntryCanvas(
  canvas: SignatureJson,
  { name }: ScheduleEntry,
  setting: { registry: TaskRegistry<TaskDefinition>; config: Config; now: number; taskId: string },
): Promise<Workflow> {
  const { taskId, ...under } = setting;
  const composed = await composeCanvas(canvas, under);
  if (!composed.ok) throw new RefusedCall(composed.reason, composed.faults);
  const { workflow } = composed;
  const { handle } = workflow;
  const named = handle !== null && "slot" in handle ? handle.slot : 0;
  const calls = workflow.calls.map((call, slot) => {
    const line: Line = { ...(JSON.parse(call.line) as Line), periodic_task_name: name };
    return { ...call, line: JSON.stringify(line), ...(slot === named && { taskId, onceOnly: true }) };
  });
  return { ...workflow, calls };
}
