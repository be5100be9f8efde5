import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Bell, BrokerApi, BrokerClient, Grant, GrantedTask, Renewal, Submission, SubmitAnswer } from "../../src/broker/api.ts";
import { repeatingClient } from "../../src/broker/repeating-client.ts";
import { systemClock, systemTimers } from "../../src/clock.ts";
import type { Call } from "../../src/core/call.ts";
import { MAX_SHARDS } from "../../src/core/ids.ts";
import type { Outcome, TaskRecord } from "../../src/core/result.ts";
import type { FinalState } from "../../src/core/state.ts";
import { configs, type Watch, watches } from "./watch.ts";

/** An hour ahead, so that no alarm fires by itself. */
export const START = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 3_600_000;
const EVERY_TABLE = ["page", "body", "outcome", "lease", "attempt", "changed_line", "alias", "idempotency", "late"];

let made = 0;

/** A call of `tasks.add` whose first argument tells it from others. */
export function aCall(number = 0, options: Partial<Call> = {}): Call {
  return { line: `{"task":"tasks.add","args":[${number},1]}`, queue: "celery", ...options };
}

/** So many calls, numbered from 0. */
export function calls(count: number, options: Partial<Call> = {}): Call[] {
  return Array.from({ length: count }, (_, number) => aCall(number, options));
}

/** How a granted task may have ended. */
export function ended({ page, slot, attempt }: GrantedTask, result = "3", state: FinalState = "SUCCESS"): Outcome {
  return { page, slot, attempt, state, result, traceback: null, startedAt: Date.now(), endedAt: Date.now() };
}

/** The numbers of granted tasks (see `aCall`). */
export function numbers(grant: Grant): number[] {
  return grant.tasks.map(({ line }) => JSON.parse(line).args[0]);
}

/** Starts the clock of a test at START; it stands still until it is moved. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START);
}

/** Moves the clock on. */
export function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

/** How a submit is sent. */
export interface SendOptions {
  nonce?: string;
  attempt?: number;
  waitSeconds?: number;
  sentAt?: number;
}

function aSubmission(
  list: Call[],
  { nonce = crypto.randomUUID(), attempt = 1, sentAt = Date.now(), waitSeconds = 0 }: SendOptions = {},
): Submission {
  return { version: 1, nonce, attempt, sentAt, calls: list, waitSeconds };
}

/** One Broker object that no consumer serves but the test. */
export class Stage {
  #reports = 0;
  readonly shard = ++made % MAX_SHARDS;
  readonly #name = `quiet-${this.shard}-${made}`;
  readonly #watch: Watch = { bells: [], alarms: [], statements: [], express: [], broken: false };

  /** @param config `[vars.celeryconfig]` */
  constructor(config: Record<string, unknown> = {}) {
    watches.set(this.#name, this.#watch);
    configs.set(this.#name, config);
  }

  get stub() {
    return env.BROKER.getByName(this.#name);
  }

  /** The object's methods; the declared types are those of the other side of the wire. */
  get broker(): BrokerApi {
    return this.stub as unknown as BrokerApi;
  }

  /** What rooms are handed instead of the object, reached over this line. */
  client(line: () => BrokerApi = () => this.broker): BrokerClient {
    return repeatingClient({
      stub: line,
      clock: systemClock,
      timers: systemTimers,
      nonce: () => crypto.randomUUID(),
      keep: () => {},
      shards: 1,
      chance: Math.random,
    });
  }

  /** Makes the transport refuse bells, or take them again. */
  breakTransport(broken: boolean): void {
    this.#watch.broken = broken;
  }

  /** Loses the alarm, as the platform does after failures. */
  loseAlarm(): Promise<void> {
    return runInDurableObject(this.stub, (_broker, state) => state.storage.deleteAlarm());
  }

  /** The bells since the last look. */
  bells(): Bell[] {
    return this.#watch.bells.splice(0);
  }

  /** What the express lane was handed since the last look. */
  express(): Grant[] {
    return this.#watch.express.splice(0);
  }

  /** The instants the alarm was set for since the last look. */
  alarms(): number[] {
    return this.#watch.alarms.splice(0);
  }

  send(list: Call[], options: SendOptions = {}): Promise<SubmitAnswer> {
    return this.broker.submit(aSubmission(list, options));
  }

  /** Sends several submits at once: the first is written alone, the others while its commit is in flight, so they are written together. */
  together(...submits: [list: Call[], options?: SendOptions][]): Promise<SubmitAnswer[]> {
    return runInDurableObject(this.stub, async (object) => {
      const broker = object as unknown as BrokerApi;
      const answers: Promise<SubmitAnswer>[] = [];
      for (const [list, options] of submits) {
        answers.push(broker.submit(aSubmission(list, options)));
        for (let microtask = 0; microtask < 5; microtask++) await null;
      }
      return Promise.all(answers);
    });
  }

  /** Submits, and gives the ids. */
  async submit(list: Call[], options: SendOptions = {}): Promise<string[]> {
    const answer = await this.send(list, options);
    if (!answer.ok) throw new Error(`expected the submit to be accepted, got: ${answer.code}`);
    return answer.ids;
  }

  /** Submits so many calls one after the other, each on a page of its own, numbered on from `from`. */
  pages(count: number, { from = 0, ...options }: Partial<Call> & { from?: number } = {}): Promise<void> {
    return runInDurableObject(this.stub, async (object) => {
      const broker = object as unknown as BrokerApi;
      for (let number = from; number < from + count; number++) await broker.submit(aSubmission([aCall(number, options)]));
    });
  }

  claim(room = 100, nonce: string = crypto.randomUUID(), queue = "celery"): Promise<Grant> {
    return this.broker.claim({ version: 1, queue, room, consumer: "celeriac@test", nonce });
  }

  report(
    lease: string | null,
    outcomes: Outcome[],
    options: { room?: number; nonce?: string; queue?: string; sequence?: number } = {},
  ): Promise<Grant> {
    const { room = 0, nonce = crypto.randomUUID(), queue = "celery", sequence = ++this.#reports } = options;
    return this.broker.report({ version: 1, lease: lease ?? "none", consumer: "celeriac@test", queue, outcomes, room, sequence, nonce });
  }

  /** Asks for more time, and waits for no news. */
  async renew(lease: string | null): Promise<Renewal> {
    const { held, leaseMilliseconds } = await this.broker.news({ version: 1, lease: lease ?? "none", waitMilliseconds: 0 });
    return { held, leaseMilliseconds };
  }

  /** Reports that every task of a grant has succeeded. */
  finish(grant: Grant, room = 0): Promise<Grant> {
    return this.report(
      grant.lease,
      grant.tasks.map((task) => ended(task)),
      { room },
    );
  }

  /** What the broker knows of a task that it is to know. */
  async record(id: string): Promise<TaskRecord> {
    const lookup = await this.broker.result(id, 0);
    if (!lookup.found) throw new Error(`expected ${id} to be found, got: ${lookup.why}`);
    return lookup.record;
  }

  /** The states of tasks. */
  async states(ids: string[]): Promise<string[]> {
    const states: string[] = [];
    for (const id of ids) states.push((await this.record(id)).state);
    return states;
  }

  /** Lets a lease run out. */
  async lapse(): Promise<void> {
    pass(15_000);
    await this.broker.sweep();
  }

  /** Ends the object as a crash does: what it had in memory is gone at once. */
  crash(): Promise<void> {
    return abortAllDurableObjects();
  }

  /**
   * Ends the object as the platform does when it was idle: it waits until the object is. While something is ready and its bell is not answered, a timer
   * rings it again, and with a clock that stands still it does so for ever: take all that is ready first, or use `crash`.
   */
  evict(): Promise<void> {
    return evictDurableObject(this.stub);
  }

  /** Moves the clock to the alarm and fires it; tells whether one was set. */
  async alarm(): Promise<boolean> {
    const at = await this.armed();
    if (at !== null) vi.setSystemTime(Math.max(at, Date.now()));
    return runDurableObjectAlarm(this.stub);
  }

  armed(): Promise<number | null> {
    return runInDurableObject(this.stub, (_broker, state) => state.storage.getAlarm());
  }

  /** How many rows each table holds, but for those that hold none. */
  rows(): Promise<Record<string, number>> {
    return runInDurableObject(this.stub, (_broker, { storage }) => {
      const counts = EVERY_TABLE.map(
        (table) => [table, storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n] as const,
      );
      const noted = storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM page WHERE lease IS NOT NULL").one().n;
      const all = counts.map(([table, count]) => [table, table === "lease" ? count + noted : count] as const);
      return Object.fromEntries(all.filter(([, count]) => count > 0));
    });
  }

  /** All outcomes that are on disk, as text. */
  outcomes(): Promise<string> {
    return runInDurableObject(this.stub, (_broker, { storage }) =>
      storage.sql
        .exec<{ text: string }>("SELECT coalesce(outcome, '') AS text FROM page UNION ALL SELECT text FROM outcome")
        .toArray()
        .map(({ text }) => text)
        .join("\n"),
    );
  }

  /** What `work` costs: all rows that any statement wrote or read, and the alarms set, each billed as a row written. */
  async cost(work: () => Promise<unknown>): Promise<{ written: number; alarms: number; read: number }> {
    const { statements } = this.#watch;
    statements.length = 0;
    this.#watch.alarms.length = 0;
    await work();
    const alarms = this.#watch.alarms.length;
    // A cursor can be asked in its own object only.
    return runInDurableObject(this.stub, () => {
      const sum = (of: (cursor: (typeof statements)[number]) => number) => statements.reduce((total, cursor) => total + of(cursor), 0);
      return { written: sum((cursor) => cursor.rowsWritten), alarms, read: sum((cursor) => cursor.rowsRead) };
    });
  }
}
