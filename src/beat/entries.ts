import type { Config } from "../core/config.ts";
import type { Fault } from "../core/errors.ts";
import { fingerprint } from "../core/fingerprint.ts";
import { type ScheduleEntry, scheduleText } from "../core/schedule/entry.ts";
import { planEntry } from "../core/schedule/plan.ts";
import type { EntriesRead } from "../core/schedule/read-entries.ts";
import { readEntry } from "../core/schedule/read-entry.ts";
import { SettingFaults } from "../core/setting-faults.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { EntryRow } from "./entry-row.ts";
import type { BeatStore } from "./store.ts";

/** What beat's entries are checked against, and where those of the deployment come from. */
export interface EntriesParts {
  config: Config;
  registry: TaskRegistry<TaskDefinition>;
  read: EntriesRead;
}

/** The entries of both sources: those of the deployment, and those written over HTTP, which lie in their rows. */
export class Entries {
  readonly #parts: EntriesParts;
  readonly #deployed: ReadonlyMap<string, ScheduleEntry>;
  /** Of the deployment's entries, once it was asked for: with thousands of them it takes a while. */
  #mark: string | undefined;

  constructor(parts: EntriesParts) {
    this.#parts = parts;
    this.#deployed = new Map(parts.read.entries.map((entry) => [entry.name, entry]));
  }

  /** Those of the deployment. */
  get deployed(): Iterable<ScheduleEntry> {
    return this.#deployed.values();
  }

  /** Whether the deployment has an entry of that name, sound or not. */
  isDeployed(name: string): boolean {
    return this.#deployed.has(name) || this.#parts.read.faulty.includes(name);
  }

  /** The entry of a row; undefined when it has faults now, or is the deployment's and gone from it. */
  of(row: EntryRow): ScheduleEntry | undefined {
    if (row.definition === null) return this.#deployed.get(row.name);
    const { entry } = this.check(row.name, JSON.parse(row.definition));
    return entry;
  }

  /** Reads an entry that came over HTTP. */
  check(name: string, value: unknown): { entry: ScheduleEntry | undefined; faults: Fault[] } {
    const gathered = new SettingFaults("");
    const entry = readEntry({ name, path: "", value }, { tasks: this.#parts.registry, config: this.#parts.config }, gathered);
    return { entry, faults: gathered.faults };
  }

  /** Brings the rows in line with the deployment, if they are not: new entries are first seen now, removed ones are forgotten. */
  reconcile(store: BeatStore, now: number, tell: (line: string) => void): void {
    const { read, registry } = this.#parts;
    this.#mark ??= markOf(read, registry.names());
    const mark = this.#mark;
    if (mark === store.fingerprint() || read.partial) return;
    const rows = new Map(store.all().map((row) => [row.name, row]));
    for (const entry of read.entries) {
      const row = rows.get(entry.name);
      if (row && row.definition !== null)
        tell(`${entry.name} was added over HTTP already: the deployment's entry of this name is not sent`);
      else if (row?.schedule !== scheduleText(entry)) store.put(beginAnew(entry, row, now));
    }
    for (const row of rows.values()) {
      if (row.definition === null && !this.isDeployed(row.name)) store.remove(row.name);
    }
    // Whatever else has changed of them says anew when they are next.
    for (const row of store.all()) store.lookAgain(row, nextLook(this.of(row), row, now));
    store.setFingerprint(mark);
  }
}

/** A row for an entry under a new schedule, first seen `now`. The last instant stays, so that none is sent twice, and so does the count. */
export function beginAnew(entry: ScheduleEntry, row: EntryRow | undefined, now: number, definition: string | null = null): EntryRow {
  const anew: EntryRow = {
    name: entry.name,
    schedule: scheduleText(entry),
    firstSeen: now,
    lastInstant: row?.lastInstant ?? null,
    pending: row?.pending ?? null,
    totalRunCount: row?.totalRunCount ?? 0,
    nextAt: null,
    lastRunAt: row?.lastRunAt ?? null,
    lastTaskId: row?.lastTaskId ?? null,
    definition,
  };
  return { ...anew, nextAt: nextLook(entry, anew, now) };
}

/** When an entry has to be looked at again; null when nothing of it will come. */
export function nextLook(entry: ScheduleEntry | undefined, row: EntryRow, now: number): number | null {
  if (!entry) return null;
  if (row.pending !== null) return row.pending;
  if (!entry.enabled) return null;
  const { due, next } = planEntry(entry, row, now);
  return due ?? next;
}

// Of all that says when entries are due, and which there are; what they are sent with does not matter to their rows.
function markOf({ entries, faulty }: EntriesRead, tasks: readonly string[]): string {
  if (entries.length + faulty.length === 0) return "";
  const when = entries.map((entry) => {
    const { name, enabled, oneOff, catchUp, startingDeadline, expires } = entry;
    return [name, scheduleText(entry), enabled, oneOff, catchUp, startingDeadline, expires];
  });
  return fingerprint([when, faulty, tasks]);
}
