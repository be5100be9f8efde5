import { composeCanvas } from "../canvas/compose-canvas.ts";
import type { SignatureJson } from "../canvas/signature.ts";
import { composeChecked } from "../checked-call.ts";
import type { Config } from "../config.ts";
import { RefusedCall, unknownTask } from "../errors.ts";
import { isPlainObject } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import type { SettingFaults } from "../setting-faults.ts";
import type { TaskDefinition, TaskRegistry } from "../task-definition.ts";
import { readDuration } from "../timedelta.ts";
import { OPTION_NAMES, optionOf, wirePath } from "../wire/call-options.ts";
import type { EntryOptions, ScheduleEntry } from "./entry.ts";
import type { CatchUp } from "./plan.ts";
import { readInstant, readSchedule } from "./read-schedule.ts";
import type { Schedule } from "./schedule.ts";
import { isZone } from "./zone.ts";

/** What entries are checked against. */
export interface Known {
  tasks: TaskRegistry<TaskDefinition>;
  config: Config;
  /** Entries that the app adds in code, by name. */
  inCode?: Readonly<Record<string, unknown>>;
}

/** An entry as it is written. */
export interface Written {
  name: string;
  /** Where it stands, for faults: `beat_schedule.name`; "" for one by itself. */
  path: string;
  value: unknown;
}

const LONGEST_NAME = 255;
const WHEN_KEYS = [
  "schedule",
  "cron",
  "relative",
  "timezone",
  "enabled",
  "one_off",
  "start_time",
  "expires",
  "catch_up",
  "starting_deadline",
];
const CALL_KEYS = ["task", "args", "kwargs", "options"];
const ENTRY_KEYS = [...CALL_KEYS, "canvas", "description", ...WHEN_KEYS];
/** Options of one single call; every entry is sent many times, under ids of its own. */
const NOT_HERE = ["task_id", "idempotency_key", "eta"];
const OPTION_KEYS = OPTION_NAMES.filter((name) => !NOT_HERE.includes(name));
const CATCH_UPS: readonly CatchUp[] = ["all", "one", "none"];
const INSTANT = 'a time with its zone, such as "2026-12-24T18:00:00+01:00"';

/**
 * Reads one entry, and notes its faults; answers nothing when it has any. It has `task`, or `canvas` (a signature as Celery's JSON has it), and `schedule` or `cron` (a line of `[triggers].crons`
 * whose firing it is bound to), and may have `args`, `kwargs`, `options` (those of a call by their wire names, without `task_id`, `idempotency_key` and `eta`),
 * `enabled` (default true), `description`, `relative`, `timezone` (default: the deployment's), `one_off` (default false; a clocked one is
 * always), `start_time`, `expires`, `catch_up` ("all", "one" or "none"; default "one") and `starting_deadline` (seconds).
 */
export function readEntry({ name, path, value }: Written, known: Known, gathered: SettingFaults): ScheduleEntry | undefined {
  const before = gathered.faults.length;
  if (!isPlainObject(value)) {
    gathered.expected(path, "a table with task and schedule", value);
    return undefined;
  }
  if (!isEntryName(name)) gathered.add(path, `expected a name of 1 to ${LONGEST_NAME} characters, none a control character`);
  noteUnknown(value, ENTRY_KEYS, path, gathered);
  const note = new Note(path, gathered);
  const { description = "" } = value;
  const schedule = readWhen(value, note);
  const terms = readTerms(value, note);
  if (typeof description !== "string") note.expected("description", "a string", description);
  const call = value.canvas === undefined ? readEntryCall(value, note, known, gathered) : readEntryCanvas(value, note, known);
  if (gathered.faults.length > before || !schedule || !call) return undefined;
  const oneOff = terms.oneOff || schedule.kind === "clocked";
  const { beatCronStartingDeadline: deadline } = known.config;
  if (deadline !== undefined && schedule.kind === "crontab") terms.startingDeadline ??= deadline * 1000;
  return {
    name,
    ...call,
    ...terms,
    schedule,
    oneOff,
    zone: terms.zone ?? known.config.timezone,
    description: String(description),
    written: value,
  };
}

type EntryCall = Pick<ScheduleEntry, "task" | "args" | "kwargs" | "options" | "canvas">;

function readEntryCall(value: Record<string, unknown>, note: Note, known: Known, gathered: SettingFaults): EntryCall | undefined {
  const { task, args = [], kwargs = {}, options = {} } = value;
  if (!Array.isArray(args)) note.expected("args", "an array", args);
  if (!isPlainObject(kwargs)) note.expected("kwargs", "a table", kwargs);
  if (!isPlainObject(options)) note.expected("options", "a table", options);
  else noteUnknown(options, OPTION_KEYS, note.at("options"), gathered);
  const definition = findTask(task, note, known);
  if (!definition || !Array.isArray(args) || !isPlainObject(kwargs) || !isPlainObject(options)) return undefined;
  // Values of the options are checked by `composeChecked`, which every door's calls go through; their names were checked above.
  const chosen = readOptions(options);
  noteCall(definition, { args, kwargs, options: chosen }, note, known);
  return { task: definition.name, args, kwargs, options: chosen };
}

function readEntryCanvas(value: Record<string, unknown>, note: Note, known: Known): EntryCall | undefined {
  for (const key of CALL_KEYS) {
    if (value[key] !== undefined)
      note.add(key, "expected task or canvas, got both: a canvas brings its tasks, their arguments and options");
  }
  const canvas = value.canvas as SignatureJson;
  const composed = composeCanvas(canvas, { registry: known.tasks, config: known.config, now: 0 });
  // A schema that answers later is heard when the entry is sent.
  if (composed instanceof Promise) composed.catch(() => undefined);
  else if (!composed.ok) {
    for (const { path, message } of composed.faults) note.add(path === "" ? "canvas" : `canvas.${path}`, message);
    return undefined;
  } else if (composed.workflow.calls.length === 0) note.add("canvas", "expected a canvas with a task in it, got an empty one");
  return { task: canvas.task, canvas, args: [], kwargs: {}, options: {} };
}

/** As the app calls them; null says nothing, as Python's None does. */
function readOptions(options: Record<string, unknown>): EntryOptions {
  const named = Object.entries(options).filter(([key, value]) => OPTION_KEYS.includes(key) && value !== null);
  return Object.fromEntries(named.map(([key, value]) => [optionOf(key), value]));
}

/** Notes faults of one entry under its path. */
class Note {
  readonly #path: string;
  readonly #gathered: SettingFaults;

  constructor(path: string, gathered: SettingFaults) {
    this.#path = path;
    this.#gathered = gathered;
  }

  at(key: string): string {
    if (key === "") return this.#path;
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }

  add(key: string, message: string): void {
    this.#gathered.add(this.at(key), message);
  }

  expected(key: string, expected: string, value: unknown): void {
    this.#gathered.expected(this.at(key), expected, value);
  }
}

// Names go into log lines and to the task.
function isEntryName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return name.length > 0 && name.length <= LONGEST_NAME && !/[\u0000-\u001f\u007f]/.test(name);
}

function noteUnknown(table: Record<string, unknown>, keys: readonly string[], path: string, gathered: SettingFaults): void {
  for (const key of Object.keys(table)) {
    if (keys.includes(key)) continue;
    gathered.add(path === "" ? key : `${path}.${key}`, `unknown key${didYouMean(key, keys) || `; known are ${keys.join(", ")}`}`);
  }
}

function readWhen({ schedule, cron, relative }: Record<string, unknown>, note: Note): Schedule | undefined {
  if (cron !== undefined) {
    if (schedule !== undefined) note.add("cron", "expected cron or schedule, got both");
    if (typeof cron === "string" && cron.trim() !== "") return { kind: "trigger", cron };
    note.expected("cron", 'a line of [triggers].crons, such as "0 3 * * *"', cron);
    return undefined;
  }
  if (schedule === undefined) {
    note.add("schedule", "missing; write a number of seconds or a table such as { minutes = 1 }");
    return undefined;
  }
  const read = readSchedule(relative === undefined ? schedule : withRelative(schedule, relative));
  if ("schedule" in read) return read.schedule;
  note.add("schedule", read.fault);
  return undefined;
}

// Celery writes `relative` beside the schedule.
function withRelative(schedule: unknown, relative: unknown): unknown {
  if (typeof schedule === "number") return { seconds: schedule, relative };
  return isPlainObject(schedule) ? { ...schedule, relative } : schedule;
}

type Terms = Pick<ScheduleEntry, "enabled" | "oneOff" | "catchUp" | "startTime" | "expires" | "startingDeadline"> & { zone?: string };

function readTerms(value: Record<string, unknown>, note: Note): Terms {
  const { enabled = true, one_off: oneOff = false, catch_up: catchUp = "one", timezone, starting_deadline: deadline } = value;
  for (const [key, flag] of Object.entries({ enabled, one_off: oneOff })) {
    if (typeof flag !== "boolean") note.expected(key, "true or false", flag);
  }
  const chosen = CATCH_UPS.find((one) => one === catchUp);
  if (chosen === undefined) note.expected("catch_up", '"all", "one" or "none"', catchUp);
  if (timezone !== undefined && !isZone(timezone))
    note.expected("timezone", 'the IANA name of a time zone, such as "Asia/Shanghai"', timezone);
  return {
    enabled: enabled === true,
    oneOff: oneOff === true,
    catchUp: chosen ?? "one",
    ...(typeof timezone === "string" ? { zone: timezone } : {}),
    ...readTime("start_time", value.start_time, note, (startTime) => ({ startTime })),
    ...readTime("expires", value.expires, note, (expires) => ({ expires })),
    ...readDeadline(deadline, note),
  };
}

function readTime(key: string, value: unknown, note: Note, put: (instant: number) => Partial<Terms>): Partial<Terms> {
  if (value === undefined) return {};
  const instant = readInstant(value);
  if (!Number.isNaN(instant)) return put(instant);
  note.expected(key, INSTANT, value);
  return {};
}

function readDeadline(value: unknown, note: Note): Partial<Terms> {
  if (value === undefined) return {};
  const duration = readDuration(value);
  if (!("fault" in duration) && duration.milliseconds >= 0) return { startingDeadline: duration.milliseconds };
  note.expected("starting_deadline", "a number of seconds, at least 0, or a table such as { minutes = 1 }", value);
  return {};
}

function findTask(task: unknown, note: Note, known: Known): TaskDefinition | undefined {
  if (task === undefined) note.add("task", "missing; write the name of a registered task");
  else if (typeof task !== "string") note.expected("task", "the name of a registered task", task);
  const definition = typeof task === "string" ? known.tasks.get(task) : undefined;
  if (typeof task === "string" && !definition) note.add("task", unknownTask(task, known.tasks.names()));
  return definition;
}

function noteCall(definition: TaskDefinition, call: Pick<ScheduleEntry, "args" | "kwargs" | "options">, note: Note, known: Known): void {
  try {
    const composed = composeChecked(definition, call, { config: known.config, now: 0 });
    // A schema that answers later is heard when the entry is sent.
    if (composed instanceof Promise) composed.catch(() => undefined);
  } catch (error) {
    if (!(error instanceof RefusedCall)) throw error;
    for (const fault of error.faults) note.add(entryKey(fault.path), fault.message);
  }
}

function entryKey(fault: string): string {
  return fault === "" || /^(args|kwargs)\b/.test(fault) ? fault : `options.${wirePath(fault)}`;
}
