import type { BrokerClient } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { planEntry } from "../core/schedule/plan.ts";
import type { EntriesRead } from "../core/schedule/read-entries.ts";
import { faultLine } from "../core/setting-faults.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { Log } from "../log.ts";
import type { Alarm } from "./alarm.ts";
import type { Trigger } from "./api.ts";
import { Entries } from "./entries.ts";
import { Register } from "./register.ts";
import type { Pending } from "./sender.ts";
import { sendPending } from "./sender.ts";
import type { BeatStore } from "./store.ts";

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
/** How many sendings a round makes before it lets others in: an entry that catches up on all it missed has one instant in each. */
const MOST_PASSES = 1_000;
const NEVER = { due: null, next: null };
/** When the configuration cannot be read: it can change only by a deploy. */
const UNREADABLE_BACKOFF = 60_000;

/**
 * Keeps the entries: sends what is due and arms the alarm for what is next. Never throws, since an alarm that throws is dropped
 * after some tries; faults are logged, and the alarm is armed whatever happened.
 */
export class BeatKeeper {
  readonly #parts: KeeperParts;
  #round: Promise<void> | null = null;
  /** What was read last, which most often is what is read next. */
  #known: { read: EntriesRead; config: Config; entries: Entries } | undefined;
  #failures = 0;
  #toldFaults = "";

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /**
   * One round. Called while one is under way it joins it, since that one arms the alarm for whatever has become due since; with a Cron
   * Trigger to tell of it makes one of its own after it.
   */
  tick(trigger?: Trigger): Promise<void> {
    if (this.#round && trigger) return this.#round.then(() => this.tick(trigger));
    this.#round ??= this.#runRound(trigger).finally(() => {
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

  /** Does something with the entries as people see them, brought in line with the deployment first. @throws what `work` throws. */
  async register<T>(work: (register: Register) => T | Promise<T>): Promise<T> {
    const { store, clock, log } = this.#parts;
    const { entries, config } = this.#entries();
    entries.reconcile(store, clock.now(), (line) => log.error(`Scheduler: ${line}`));
    return work(new Register(this.#parts, entries, config));
  }

  /** As `register`, for work that changes entries: a round that begins after it sends what is due now and arms the alarm. */
  async change<T>(work: (register: Register) => T | Promise<T>): Promise<T> {
    const done = await this.register(work);
    if (this.#round) await this.#round;
    await this.tick();
    return done;
  }

  async #runRound(trigger?: Trigger): Promise<void> {
    const { clock, log, alarm, store } = this.#parts;
    let wake: () => number | null = () => clock.now() + UNREADABLE_BACKOFF;
    try {
      const { entries, config } = this.#entries();
      wake = () => this.#nextWake();
      entries.reconcile(store, clock.now(), (line) => log.error(`Scheduler: ${line}`));
      if (trigger) this.#noteTrigger(trigger, entries);
      // Entries that catch up on all they missed are due again at once, for the next of it.
      for (let pass = 0; pass < MOST_PASSES; pass++) {
        const pending = this.#begin(entries);
        if (pending.length === 0) break;
        await this.#send(pending, config);
      }
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      log.error(`Scheduler: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await this.#arm(wake, alarm);
    }
  }

  #entries(): { entries: Entries; config: Config } {
    const config = this.#parts.config();
    const read = this.#parts.entries(config);
    if (this.#known?.read !== read || this.#known.config !== config) {
      this.#tellFaults(read);
      this.#known = { read, config, entries: new Entries({ config, registry: this.#parts.registry, read }) };
    }
    return this.#known;
  }

  // A Cron Trigger has fired: what is bound to it is due. It may be told twice, and late; never for an instant that it was sent for.
  #noteTrigger({ cron, at }: Trigger, entries: Entries): void {
    const { store, log, clock } = this.#parts;
    for (const entry of entries.deployed) {
      if (entry.schedule.kind !== "trigger" || entry.schedule.cron !== cron || !entry.enabled) continue;
      const { startTime = at, expires = at + 1 } = entry;
      const row = store.get(entry.name);
      if (!row || row.pending !== null || at < startTime || at >= expires) continue;
      if (row.lastInstant !== null && (entry.oneOff || at <= row.lastInstant)) continue;
      // Beat's clock may be behind the platform's.
      store.lookAgain(row, Math.min(at, clock.now()));
      store.begin(row, at);
      log.info(`Scheduler: Sending due task ${entry.name} (${entry.task})`);
    }
  }

  // Writes down what is due, before anything is sent, and answers all that is pending. No await in here: it is one transaction.
  #begin(entries: Entries): Pending[] {
    const { store, clock, log } = this.#parts;
    const now = clock.now();
    const pending: Pending[] = [];
    for (const row of store.due(now)) {
      const entry = entries.of(row);
      // One that has faults now is looked at again when the deployment changes.
      if (!entry) store.lookAgain(row, null);
      else if (row.pending === null) {
        const { due, next } = entry.enabled ? planEntry(entry, row, now) : NEVER;
        if (due === null) store.lookAgain(row, next);
        else {
          store.begin(row, due);
          log.info(`Scheduler: Sending due task ${entry.name} (${entry.task})`);
        }
      }
      // An instant whose sending is not confirmed goes first: the broker may have it already, under its own id.
      if (entry && row.pending !== null) pending.push({ entry, row, instant: row.pending });
    }
    return pending;
  }

  async #send(pending: Pending[], config: Config): Promise<void> {
    const { store, registry, broker, clock, log } = this.#parts;
    await sendPending(pending, { store, registry, config, broker: broker(), clock, log });
  }

  // The earliest instant at which a round has something to do; null when there is nothing to come.
  #nextWake(): number | null {
    const { store, clock } = this.#parts;
    const earliest = store.earliest();
    if (this.#failures === 0) return earliest;
    // What is due now has just failed.
    const again = clock.now() + Math.min(FIRST_BACKOFF * 2 ** (this.#failures - 1), LONGEST_BACKOFF);
    return earliest !== null && earliest > clock.now() ? Math.min(earliest, again) : again;
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
