import { composeChecked } from "../checked-call.ts";
import type { Config } from "../config.ts";
import type { Fault } from "../errors.ts";
import { RefusedCall, unknownTask } from "../errors.ts";
import { isPlainObject } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import { SettingFaults } from "../setting-faults.ts";
import type { TaskDefinition, TaskRegistry } from "../task-definition.ts";
import type { EntryOptions, ScheduleEntry } from "./entry.ts";
import { readSchedule } from "./read-schedule.ts";

/** What entries are checked against. */
export interface Known {
  tasks: TaskRegistry<TaskDefinition>;
  config: Config;
}

/** The entries that can be sent, and what is wrong with the others. */
export interface EntriesRead {
  /** Enabled entries without a fault, in the order they are written. */
  entries: ScheduleEntry[];
  /** Paths are dotted keys, from the variable's name on. */
  faults: Fault[];
  /** Names of the entries that have faults: they are there, but cannot be sent. */
  faulty: string[];
  /** Some table could not be read at all: which entries exist is not known. */
  partial: boolean;
}

const PREFIX = "beat_schedule";
const LONGEST_NAME = 255;
const ENTRY_KEYS = ["task", "schedule", "args", "kwargs", "options", "enabled", "description"];
const OPTION_KEYS = ["queue", "priority", "expires", "headers", "countdown"];

/**
 * Reads the beat entries of a deployment out of its variables: every one whose name begins with `beat_schedule` is a table of
 * entries, so that entries may be spread (Cloudflare allows 5 KB a variable). An entry has `task` and `schedule`, and may have `args`,
 * `kwargs`, `options` (`queue`, `priority`, `expires`, `headers`, `countdown`), `enabled` (default true) and `description`. Entries
 * that are not enabled are checked and left out. Other variables are not looked at.
 * @throws ImproperlyConfigured with every fault at once: unknown keys and tasks, bad schedules, arguments and options that do not fit
 * the task, one name in two tables.
 */
export function readEntries(variables: Record<string, unknown>, known: Known): ScheduleEntry[] {
  const { entries, faults } = checkEntries(variables, known);
  const gathered = new SettingFaults("[vars]");
  for (const fault of faults) gathered.add(fault.path, fault.message);
  gathered.raise();
  return entries;
}

/** Like `readEntries`, but answers faults beside the sound entries instead of throwing: one bad entry does not hold the others. */
export function checkEntries(variables: Record<string, unknown>, known: Known): EntriesRead {
  const gathered = new SettingFaults("[vars]");
  const enabled = new Map<string, ScheduleEntry>();
  const faulty = new Set<string>();
  const tableOf = new Map<string, string>();
  let partial = false;
  for (const [variable, table] of Object.entries(variables)) {
    if (!variable.startsWith(PREFIX)) continue;
    if (!isPlainObject(table)) {
      partial = true;
      gathered.expected(variable, `a table of entries ([vars.${variable}.<name>])`, table);
      continue;
    }
    for (const [name, value] of Object.entries(table)) {
      const before = gathered.faults.length;
      const other = tableOf.get(name);
      if (other !== undefined)
        gathered.add(`${variable}.${name}`, `there is an entry of this name in [vars.${other}] already; give it another`);
      tableOf.set(name, variable);
      const entry = readEntry({ name, path: `${variable}.${name}`, value }, known, gathered);
      if (gathered.faults.length > before) faulty.add(name);
      else if (entry) enabled.set(name, entry);
    }
  }
  const entries = [...enabled.values()].filter((entry) => !faulty.has(entry.name));
  return { entries, faults: gathered.faults, faulty: [...faulty], partial };
}

interface Written {
  name: string;
  path: string;
  value: unknown;
}

// Answers nothing when the entry is not enabled, or has faults, which it notes.
function readEntry({ name, path, value }: Written, known: Known, gathered: SettingFaults): ScheduleEntry | undefined {
  if (!isPlainObject(value)) {
    gathered.expected(path, "a table with task and schedule", value);
    return undefined;
  }
  if (!isEntryName(name)) gathered.add(path, `expected a name of 1 to ${LONGEST_NAME} characters, none a control character`);
  noteUnknown(value, ENTRY_KEYS, path, gathered);
  const { task, schedule, args = [], kwargs = {}, options = {}, enabled = true, description = "" } = value;
  const read = readSchedule(schedule);
  if (schedule === undefined) gathered.add(`${path}.schedule`, "missing; write a number of seconds or a table such as { minutes = 1 }");
  else if ("fault" in read) gathered.add(`${path}.schedule`, read.fault);
  if (typeof enabled !== "boolean") gathered.expected(`${path}.enabled`, "true or false", enabled);
  if (typeof description !== "string") gathered.expected(`${path}.description`, "a string", description);
  if (!Array.isArray(args)) gathered.expected(`${path}.args`, "an array", args);
  if (!isPlainObject(kwargs)) gathered.expected(`${path}.kwargs`, "a table", kwargs);
  if (!isPlainObject(options)) gathered.expected(`${path}.options`, "a table", options);
  else noteUnknown(options, OPTION_KEYS, `${path}.options`, gathered);
  const definition = findTask(task, path, known, gathered);
  if (!definition || !Array.isArray(args) || !isPlainObject(kwargs) || !isPlainObject(options)) return undefined;
  // Values of the options are checked by `composeChecked`, which every door's calls go through; their names were checked above.
  const chosen = Object.fromEntries(Object.entries(options).filter(([key]) => OPTION_KEYS.includes(key))) as EntryOptions;
  noteCall(definition, { args, kwargs, options: chosen }, path, known, gathered);
  if (enabled !== true || "fault" in read) return undefined;
  return { name, task: definition.name, schedule: read.schedule, args, kwargs, options: chosen };
}

// Names go into log lines and to the task.
function isEntryName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return name.length > 0 && name.length <= LONGEST_NAME && !/[\u0000-\u001f\u007f]/.test(name);
}

function noteUnknown(table: Record<string, unknown>, keys: readonly string[], path: string, gathered: SettingFaults): void {
  for (const key of Object.keys(table)) {
    if (keys.includes(key)) continue;
    const hint =
      key === "relative" ? "; relative schedules are not supported yet" : didYouMean(key, keys) || `; known are ${keys.join(", ")}`;
    gathered.add(`${path}.${key}`, `unknown key${hint}`);
  }
}

function findTask(task: unknown, path: string, known: Known, gathered: SettingFaults): TaskDefinition | undefined {
  if (task === undefined) gathered.add(`${path}.task`, "missing; write the name of a registered task");
  else if (typeof task !== "string") gathered.expected(`${path}.task`, "the name of a registered task", task);
  const definition = typeof task === "string" ? known.tasks.get(task) : undefined;
  if (typeof task === "string" && !definition) gathered.add(`${path}.task`, unknownTask(task, known.tasks.names()));
  return definition;
}

function noteCall(
  definition: TaskDefinition,
  call: Pick<ScheduleEntry, "args" | "kwargs" | "options">,
  path: string,
  known: Known,
  gathered: SettingFaults,
): void {
  try {
    const composed = composeChecked(definition, call, { config: known.config, now: 0 });
    // A schema that answers later is heard when the entry is sent.
    if (composed instanceof Promise) composed.catch(() => undefined);
  } catch (error) {
    if (!(error instanceof RefusedCall)) throw error;
    for (const fault of error.faults) gathered.add(entryPath(path, fault.path), fault.message);
  }
}

function entryPath(path: string, fault: string): string {
  if (fault === "") return path;
  return /^(args|kwargs)\b/.test(fault) ? `${path}.${fault}` : `${path}.options.${fault}`;
}
