import type { ScheduleEntry, ScheduleForm, ScheduleView } from "../../../client/schedules.ts";
import type { FieldFaults } from "../../parts/field-faults.ts";
import { type JsonKind, parsedJson } from "../../parts/parsed-json.ts";
import { CRONTAB, crontabText } from "./schedule-text.ts";

/** How a schedule is written in the form; `json` takes every form there is. */
export type ScheduleKind = "every" | "crontab" | "once" | "json";

/** The units of an interval, as the wire names them. */
export const UNITS = ["seconds", "minutes", "hours", "days"] as const;

/** An entry as a form holds it: texts, not checked yet. */
export interface EntryDraft {
  name: string;
  task: string;
  kind: ScheduleKind;
  every: string;
  unit: (typeof UNITS)[number];
  crontab: string;
  at: string;
  /** The schedule as JSON, for `json`. */
  schedule: string;
  timezone: string;
  args: string;
  kwargs: string;
  options: string;
  /** A canvas in place of task, args, kwargs and options, as JSON; "" for one task. */
  canvas: string;
  description: string;
  enabled: boolean;
  /** What the form has no field for, such as `catchUp`: it stays as it is. */
  rest: Readonly<Record<string, unknown>>;
}

/** The fields that faults are told at, as the wire names them. */
export const ENTRY_FIELDS = ["name", "task", "schedule", "timezone", "args", "kwargs", "options", "canvas", "description"] as const;

/** What the form begins with when an entry is added. */
export const NEW_ENTRY: EntryDraft = {
  name: "",
  task: "",
  kind: "every",
  every: "5",
  unit: "minutes",
  crontab: "0 7 * * mon-fri",
  at: "",
  schedule: '{"event": "sunset", "lat": 51.5, "lon": -0.1}',
  timezone: "",
  args: "[]",
  kwargs: "{}",
  options: "{}",
  canvas: "",
  description: "",
  enabled: true,
  rest: {},
};

/** The draft that changes an entry which is there. */
export function draftOf(view: ScheduleView): EntryDraft {
  const {
    name,
    source: _s,
    nextRunAt: _n,
    lastRunAt: _l,
    totalRunCount: _t,
    lastTaskId: _i,
    firstSeen: _f,
    warning: _w,
    ...written
  } = view;
  const { task = "", schedule, timezone = "", args = [], kwargs = {}, options = {}, canvas, description = "", enabled, ...rest } = written;
  return {
    ...NEW_ENTRY,
    name,
    task,
    ...whenOf(schedule),
    timezone: String(timezone),
    args: JSON.stringify(args),
    kwargs: JSON.stringify(kwargs),
    options: JSON.stringify(options),
    canvas: canvas === undefined ? "" : JSON.stringify(canvas, null, 2),
    description: String(description),
    enabled,
    rest,
  };
}

/** The simplest way to write a schedule that loses nothing of it. */
function whenOf(schedule: ScheduleForm): Partial<EntryDraft> {
  if (typeof schedule === "number") return { kind: "every", every: String(schedule), unit: "seconds" };
  if (typeof schedule === "string") return { kind: "crontab", crontab: schedule };
  const fields = Object.entries(schedule ?? {});
  const [[only, value] = []] = fields;
  const unit = UNITS.find((one) => one === only);
  if (fields.length === 1 && unit !== undefined) return { kind: "every", every: String(value), unit };
  if (fields.length === 1 && only === "at") return { kind: "once", at: String(value) };
  if (fields.length > 0 && fields.every(([field]) => (CRONTAB as readonly string[]).includes(field)))
    return { kind: "crontab", crontab: crontabText(Object.fromEntries(fields)) };
  return { kind: "json", schedule: JSON.stringify(schedule) };
}

/** The schedule that a draft says; what may be wrong with it is for the deployment to tell. */
export function scheduleOf({ kind, every, unit, crontab, at, schedule }: EntryDraft): { value: unknown } | { fault: string } {
  if (kind === "crontab")
    return crontab.trim() === "" ? { fault: "Write five fields, such as 0 7 * * mon-fri." } : { value: crontab.trim() };
  if (kind === "once") return at.trim() === "" ? { fault: "Write a time with its zone." } : { value: { at: at.trim() } };
  if (kind === "json") return parsedJson(schedule, "a value");
  const count = Number(every);
  if (every.trim() === "" || !Number.isFinite(count)) return { fault: "Write a number." };
  return { value: unit === "seconds" ? count : { [unit]: count } };
}

/** The entry that a draft says, or what is wrong with the draft by itself. Empty texts are left out. */
export function entryOf(draft: EntryDraft): { entry: ScheduleEntry } | { faults: FieldFaults } {
  const faults = new Map<string, string>();
  const take = (field: string, read: { value: unknown } | { fault: string }) => {
    if ("value" in read) return read.value;
    faults.set(field, read.fault);
    return undefined;
  };
  const json = (field: "args" | "kwargs" | "options" | "canvas", kind: JsonKind) => take(field, parsedJson(draft[field], kind));
  const called =
    draft.canvas === ""
      ? {
          task: draft.task.trim(),
          args: json("args", "an array"),
          kwargs: json("kwargs", "an object"),
          options: json("options", "an object"),
        }
      : { canvas: json("canvas", "an object") };
  if (draft.name.trim() === "") faults.set("name", "Give it a name.");
  if (called.task === "") faults.set("task", "Choose a task.");
  // An entry that is bound to a trigger has no schedule of its own.
  const when = draft.rest.cron === undefined ? { schedule: take("schedule", scheduleOf(draft)) } : {};
  if (faults.size > 0) return { faults };
  const texts = Object.entries({ timezone: draft.timezone.trim(), description: draft.description.trim() }).filter(
    ([, text]) => text !== "",
  );
  // Checked by the deployment, which knows the forms.
  const entry = { ...draft.rest, ...called, ...when, ...Object.fromEntries(texts), enabled: draft.enabled } as unknown as ScheduleEntry;
  return { entry };
}
