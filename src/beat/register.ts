import type { BrokerClient, Refused } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { ScheduleEntry } from "../core/schedule/entry.ts";
import { composeEntry, composeEntryCanvas } from "../core/schedule/entry.ts";
import { whyNever } from "../core/schedule/schedule.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { ScheduleAnswer, SchedulesPart, SchedulesRequest, ScheduleView } from "./api.ts";
import { beginAnew, type Entries, nextLook } from "./entries.ts";
import type { EntryRow } from "./entry-row.ts";
import type { BeatStore } from "./store.ts";
import { entryTaskId } from "./task-id.ts";

/** What the register works with. */
export interface RegisterParts {
  store: BeatStore;
  registry: TaskRegistry<TaskDefinition>;
  broker: () => BrokerClient;
  clock: Clock;
}

/** The most entries that may be added over HTTP. */
const MOST_ENTRIES = 100_000;

/**
 * The entries as people see and change them: those of the deployment to look at and to run, those that were added over HTTP also to replace, to
 * enable, to disable and to delete. Whoever calls a method that changes something has a round made after it.
 */
export class Register {
  readonly #parts: RegisterParts;
  readonly #entries: Entries;
  readonly #config: Config;

  constructor(parts: RegisterParts, entries: Entries, config: Config) {
    this.#parts = parts;
    this.#entries = entries;
    this.#config = config;
  }

  /** Every entry, by name. */
  list(): ScheduleView[] {
    return this.#parts.store.all().map((row) => this.#view(row, this.#entries.of(row)));
  }

  /** So many entries behind a name, by name, and the last one's name if there are more. */
  part({ limit, cursor }: SchedulesRequest): SchedulesPart {
    const rows = this.#parts.store.behind(cursor, limit + 1);
    const part = rows.slice(0, limit);
    const last = rows.length > limit ? part.at(-1) : undefined;
    return { entries: part.map((row) => this.#view(row, this.#entries.of(row))), cursor: last?.name ?? null };
  }

  /** One entry. */
  get(name: string): ScheduleAnswer {
    const row = this.#parts.store.get(name);
    return row ? this.#answer(row, this.#entries.of(row)) : unknown(name);
  }

  /**
   * Adds an entry, or replaces one that was added so. Under the schedule it had it goes on; under another it begins anew. The deployment's are
   * read-only.
   */
  put(name: string, definition: string): ScheduleAnswer & { created?: boolean } {
    const { store, clock } = this.#parts;
    if (this.#entries.isDeployed(name)) return readOnly(name);
    const { entry, faults } = this.#entries.check(name, JSON.parse(definition));
    if (entry?.schedule.kind === "trigger") {
      faults.push({
        path: "cron",
        message: "a Cron Trigger belongs to the deployment: put this entry into wrangler.toml, or give it a schedule",
      });
    }
    if (!entry || faults.length > 0) return { ok: false, code: "bad_entry", message: "The entry does not fit.", faults };
    const row = store.get(name);
    if (!row && store.count() >= MOST_ENTRIES) {
      const message = `expected at most ${MOST_ENTRIES} entries; delete some first`;
      return { ok: false, code: "bad_entry", message, faults: [{ path: "", message }] };
    }
    const anew = beginAnew(entry, row, clock.now(), definition);
    const same = row?.schedule === anew.schedule && row.nextAt !== null;
    const kept: EntryRow = same ? { ...anew, firstSeen: row.firstSeen } : { ...anew, pending: null };
    const written = { ...kept, nextAt: nextLook(entry, kept, clock.now()) };
    store.put(written);
    return { ...this.#answer(written, entry), created: row === undefined };
  }

  /** Enables or disables an entry that was added over HTTP; one that is enabled again does not make up for what it slept through. */
  enable(name: string, enabled: boolean): ScheduleAnswer {
    const row = this.#parts.store.get(name);
    if (!row) return unknown(name);
    if (row.definition === null) return readOnly(name);
    const definition = { ...(JSON.parse(row.definition) as Record<string, unknown>), enabled };
    const { entry } = this.#entries.check(name, definition);
    const now = this.#parts.clock.now();
    const changed: EntryRow = { ...row, definition: JSON.stringify(definition), pending: null };
    if (enabled && entry && !this.#entries.of(row)?.enabled) changed.firstSeen = now;
    const written = { ...changed, nextAt: nextLook(entry, changed, now) };
    this.#parts.store.put(written);
    return this.#answer(written, entry);
  }

  /** Deletes an entry that was added over HTTP, and what was pending of it. Tasks that were sent stay. */
  remove(name: string): ScheduleAnswer {
    const row = this.#parts.store.get(name);
    if (!row) return unknown(name);
    if (row.definition === null) return readOnly(name);
    this.#parts.store.remove(name);
    // The deployment's entry of this name, which stood back, is seen with the next round.
    if (this.#entries.isDeployed(name)) this.#parts.store.setFingerprint("");
    return this.#answer(row, this.#entries.of(row));
  }

  /** Sends an entry now, enabled or not, beside its schedule. @throws what the broker throws. */
  async run(name: string): Promise<{ ok: true; taskId: string } | Extract<ScheduleAnswer, { ok: false }>> {
    const { store, clock } = this.#parts;
    const row = store.get(name);
    const entry = row && this.#entries.of(row);
    if (!row || !entry) return unknown(name);
    const now = clock.now();
    // Not the id of an instant that is now too: the two are two runs.
    const taskId = await entryTaskId(`${name}\n${crypto.randomUUID()}`, now);
    const answer = await this.#send(entry, { config: this.#config, now, taskId });
    if (!answer.ok) return { ok: false, code: "refused", message: answer.message, faults: [] };
    store.countRun(name, { at: now, taskId });
    return { ok: true, taskId };
  }

  async #send(
    entry: ScheduleEntry,
    setting: { config: Config; now: number; taskId: string },
  ): Promise<{ ok: true } | Pick<Refused, "ok" | "message">> {
    const { registry, broker } = this.#parts;
    if (entry.canvas !== undefined) return broker().start(await composeEntryCanvas(entry.canvas, entry, { ...setting, registry }));
    const definition = registry.get(entry.task);
    if (definition === undefined) return { ok: false, message: `no task is registered under the name '${entry.task}'` };
    return broker().submit([await composeEntry(entry, definition, setting)]);
  }

  #answer(row: EntryRow, entry: ScheduleEntry | undefined): ScheduleAnswer {
    const why = entry && row.totalRunCount === 0 ? whyNever(entry.schedule, this.#parts.clock.now()) : undefined;
    return { ok: true, entry: this.#view(row, entry), ...(why === undefined ? {} : { warning: `this schedule can never fire: ${why}` }) };
  }

  #view(row: EntryRow, entry: ScheduleEntry | undefined): ScheduleView {
    return {
      name: row.name,
      source: row.definition === null ? "wrangler.toml" : "http",
      definition: row.definition ?? JSON.stringify(entry?.written ?? {}),
      enabled: entry?.enabled ?? false,
      firstSeen: row.firstSeen,
      nextRunAt: entry?.enabled ? row.nextAt : null,
      lastRunAt: row.lastRunAt,
      totalRunCount: row.totalRunCount,
      lastTaskId: row.lastTaskId,
    };
  }
}

function unknown(name: string): ScheduleAnswer & { ok: false } {
  return {
    ok: false,
    code: "unknown_schedule",
    message: `there is no entry named ${JSON.stringify(name)}; GET /v1/schedules lists them`,
    faults: [],
  };
}

function readOnly(name: string): ScheduleAnswer & { ok: false } {
  const message = `the entry ${JSON.stringify(name)} is the deployment's, and read-only here: change it in wrangler.toml, or take another name`;
  return { ok: false, code: "read_only", message, faults: [] };
}
