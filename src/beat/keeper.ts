import type { BrokerClient } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { type ScheduleEntry, scheduleText } from "../core/schedule/entry.ts";
import { planEntry } from "../core/schedule/plan.ts";
import type { EntriesRead } from "../core/schedule/read-entries.ts";
import { faultLine } from "../core/setting-faults.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { Log } from "../log.ts";
import type { Alarm } from "./alarm.ts";
import type { Pending } from "./sender.ts";
import { sendPending } from "./sender.ts";
import type { BeatStore, EntryRow } from "./store.ts";

/** What a keeper works with. `config` and `entries` are read anew in each round, and may throw. */
export interface KeeperParts {
  store: BeatStore;
  alarm: Alarm;
  config: () => Config;
  entries: (config: Config) => EntriesRead;
  registry: TaskRegistry<TaskDefinition>;
  broker: () => BrokerClient;
  clock: Clock;
  log: Log;
}

/** After a sending failed: seconds until the next, doubled each time up to the longest. */
const FIRST_BACKOFF = 1_000;
const LONGEST_BACKOFF = 15_000;
/** When the configuration cannot be read: it can change only by a deploy. */
const UNREADABLE_BACKOFF = 60_000;

/**
 * Keeps the entries: sends what is due and arms the alarm for what is next. Never throws, since an alarm that throws is dropped
 * after some tries; faults are logged, and the alarm is armed whatever happened.
 */
export class BeatKeeper {
  readonly #parts: KeeperParts;
  /** What the store holds, by name; null when it must be read (again). */
  #rows: Map<string, EntryRow> | null = null;
  #round: Promise<void> | null = null;
  #failures = 0;
  #toldFaults = "";

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** One round. Called while one is under way it joins it: that one arms the alarm for whatever has become due since. */
  tick(): Promise<void> {
    this.#round ??= this.#runRound().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  /** What a firing alarm does: a round that begins after the firing, so that its end arms the next alarm. */
  async alarm(scheduledTime: number | undefined): Promise<void> {
    await this.#parts.alarm.fire(scheduledTime, async () => {
      if (this.#round) await this.#round;
      await this.tick();
    });
  }

  async #runRound(): Promise<void> {
    const { clock, log, alarm } = this.#parts;
    let wake: () => number | null = () => clock.now() + UNREADABLE_BACKOFF;
    try {
      const config = this.#parts.config();
      const read = this.#parts.entries(config);
      this.#tellFaults(read);
      const entries = new Map(read.entries.map((entry) => [entry.name, entry]));
      wake = () => this.#nextWake(entries);
      this.#reconcile(read, clock.now());
      await this.#send(this.#begin(entries), config);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#rows = null;
      log.error(`Scheduler: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await this.#arm(wake, alarm);
    }
  }

  #load(): Map<string, EntryRow> {
    this.#rows ??= new Map(this.#parts.store.all().map((row) => [row.name, row]));
    return this.#rows;
  }

  // Brings the rows in line with the configuration: new entries are first seen now, removed ones are forgotten.
  #reconcile(read: EntriesRead, now: number): void {
    const { store } = this.#parts;
    const rows = this.#load();
    for (const entry of read.entries) {
      const schedule = scheduleText(entry);
      const row = rows.get(entry.name);
      if (!row) rows.set(entry.name, store.add(entry.name, schedule, now));
      else if (row.schedule !== schedule) store.reschedule(row, schedule, now);
    }
    if (read.partial) return;
    const present = new Set([...read.entries.map((entry) => entry.name), ...read.faulty]);
    for (const name of rows.keys()) {
      if (present.has(name)) continue;
      store.remove(name);
      rows.delete(name);
    }
  }

  // Writes down what is due, before anything is sent, and answers all that is pending. No await in here: it is one transaction.
  #begin(entries: ReadonlyMap<string, ScheduleEntry>): Pending[] {
    const { store, clock, log } = this.#parts;
    const now = clock.now();
    const pending: Pending[] = [];
    for (const row of this.#load().values()) {
      const entry = entries.get(row.name);
      if (!entry?.enabled) continue;
      const { due } = planEntry(entry, row, now);
      // An instant whose sending is not confirmed goes first: the broker may have it already, under its own id.
      if (row.pending === null && due !== null) {
        store.begin(row, due);
        log.info(`Scheduler: Sending due task ${entry.name} (${entry.task})`);
      }
      if (row.pending !== null) pending.push({ entry, row, instant: row.pending });
    }
    return pending;
  }

  async #send(pending: Pending[], config: Config): Promise<void> {
    if (pending.length === 0) return;
    const { store, registry, broker, clock, log } = this.#parts;
    await sendPending(pending, { store, registry, config, broker: broker(), clock, log });
  }

  // The earliest instant at which a round has something to do; null when there are no entries.
  #nextWake(entries: ReadonlyMap<string, ScheduleEntry>): number | null {
    const now = this.#parts.clock.now();
    const wakes: number[] = [];
    if (this.#failures > 0) wakes.push(now + Math.min(FIRST_BACKOFF * 2 ** (this.#failures - 1), LONGEST_BACKOFF));
    for (const row of this.#load().values()) {
      const entry = entries.get(row.name);
      if (!entry?.enabled || row.pending !== null) continue;
      const { due, next } = planEntry(entry, row, now);
      if (due !== null || next !== null) wakes.push(due === null ? (next ?? now) : now);
    }
    return wakes.length === 0 ? null : Math.min(...wakes);
  }

  async #arm(wake: () => number | null, alarm: Alarm): Promise<void> {
    const { clock, log } = this.#parts;
    const now = clock.now();
    try {
      const instant = wake();
      if (instant !== null) await alarm.arm(instant, now);
    } catch (error) {
      log.error(`Scheduler: the alarm could not be armed: ${error instanceof Error ? error.message : String(error)}`);
      // Storage that refused rows may still take an alarm; if not, the cron tick comes.
      await alarm.arm(now + UNREADABLE_BACKOFF, now).catch(() => undefined);
    }
  }

  // Once for each set of faults: rounds are many.
  #tellFaults(read: EntriesRead): void {
    const told = read.faults.map(faultLine).join("; ");
    if (told !== "" && told !== this.#toldFaults) this.#parts.log.error(`Scheduler: entries that cannot be sent: ${told}`);
    this.#toldFaults = told;
  }
}
