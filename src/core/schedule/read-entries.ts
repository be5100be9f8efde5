import type { Fault } from "../errors.ts";
import { isPlainObject } from "../json-value.ts";
import { SettingFaults } from "../setting-faults.ts";
import type { ScheduleEntry } from "./entry.ts";
import { type Known, readEntry } from "./read-entry.ts";

/** The entries that can be sent, and what is wrong with the others. */
export interface EntriesRead {
  /** Entries without a fault, in the order they are written; those that are not enabled among them. */
  entries: ScheduleEntry[];
  /** Paths are dotted keys, from the variable's name on. */
  faults: Fault[];
  /** Names of the entries that have faults: they are there, but cannot be sent. */
  faulty: string[];
  /** Some table could not be read at all: which entries exist is not known. */
  partial: boolean;
}

const PREFIX = "beat_schedule";
/** Where entries that are added in code are said to stand. */
const IN_CODE = "app.addPeriodicTask";

/**
 * Reads the beat entries of a deployment out of its variables: every one whose name begins with `beat_schedule` is a table of
 * entries, so that entries may be spread (Cloudflare allows 5 KB a variable). Those that are added in code (`known.inCode`) come after them. What an entry may hold: `readEntry`. Other variables are
 * not looked at.
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
  const sound = new Map<string, ScheduleEntry>();
  const faulty = new Set<string>();
  const tableOf = new Map<string, string>();
  let partial = false;
  const tables = Object.entries(variables).filter(([variable]) => variable.startsWith(PREFIX));
  if (known.inCode) tables.push([IN_CODE, known.inCode]);
  for (const [variable, table] of tables) {
    if (!isPlainObject(table)) {
      partial = true;
      gathered.expected(variable, `a table of entries ([vars.${variable}.<name>])`, table);
      continue;
    }
    for (const [name, value] of Object.entries(table)) {
      const before = gathered.faults.length;
      const other = tableOf.get(name);
      if (other !== undefined)
        gathered.add(
          `${variable}.${name}`,
          `there is an entry of this name in ${other === IN_CODE ? other : `[vars.${other}]`} already; give it another`,
        );
      tableOf.set(name, variable);
      const entry = readEntry({ name, path: `${variable}.${name}`, value }, known, gathered);
      if (gathered.faults.length > before) faulty.add(name);
      else if (entry) sound.set(name, entry);
    }
  }
  const entries = [...sound.values()].filter((entry) => !faulty.has(entry.name));
  return { entries, faults: gathered.faults, faulty: [...faulty], partial };
}
