import type { Clock, Timers } from "../clock.ts";
import type { Call } from "../core/call.ts";
import type { Config } from "../core/config.ts";
import type { Lookup } from "../core/result.ts";
import { isFinal } from "../core/state.ts";
import type { ShardStats } from "../core/units.ts";
import { Addresses } from "./addresses.ts";
import { AlarmClock, type AlarmSource } from "./alarm-clock.ts";
import type { Accepted, Bell, BrokerApi, ClaimRequest, Grant, Refused, Renewal, Repeatable, ReportRequest, Submission } from "./api.ts";
import { Bells } from "./bells.ts";
import { Book } from "./book.ts";
import { censusOf } from "./census.ts";
import { Dispatch } from "./dispatch.ts";
import { Expiry } from "./expiry.ts";
import { GroupCommit } from "./group-commit.ts";
import { type Answer, Intake } from "./intake.ts";
import { Meter } from "./meter.ts";
import { Reader } from "./reader.ts";
import { sealWith } from "./seal.ts";
import type { Named } from "./store/names.ts";
import { Sql, type SqlSource } from "./store/sql.ts";
import { Timer } from "./timer.ts";
import { Waiters } from "./waiters.ts";

/** What the consumer of the express lane is called, in results and logs. */
const EXPRESS = "celeriac@express";
/** The longest a request is held open (seconds). */
const LONGEST_WAIT_SECONDS = 60;
/** What becomes due within this time is waited for in memory; an alarm, which is billed, is for what is later. */
const SOON_MILLISECONDS = 10_000;
/** About how many characters of results one answer carries. */
const ANSWER_CHARACTERS = 4_000_000;
/** Between two slices of expiry other calls get their turn. */
const SLICE_PAUSE_MILLISECONDS = 20;

/** What a shard stands on: the object's storage, its alarm, the transport, time and chance. */
export interface ShardParts {
  /** Its number, from 0. */
  shard: number;
  config: Config;
  sql: SqlSource;
  alarm: AlarmSource;
  /** Runs `work` as one transaction: all of its writes, or none if it throws. */
  transaction<T>(work: () => T): T;
  /** Resolves when all that was written so far is durable. */
  sync(): Promise<void>;
  /** Ends the object; it starts again from its rows. */
  abort(reason: string): void;
  /** Puts bells on the transport. */
  send(bells: Bell[]): Promise<void>;
  /**
   * Hands granted tasks to the Worker script's own code (the express lane) and resolves when it has them. If that fails, the
   * lease runs out and the bell rings for them. Absent: there is no such lane.
   */
  express?(bell: Bell, grant: Grant): Promise<void>;
  /** So many random bytes, as hexadecimal digits. */
  random(bytes: number): string;
  clock: Clock;
  timers: Timers;
}

/** Submits that go into the next pages together, by nonce, and their answers. */
interface Round {
  submissions: Map<string, Submission>;
  answers: Promise<Map<string, Answer>>;
}

/**
 * One shard of the broker. Every change is one transaction, after which it rings for what is ready and sees to it that it
 * wakes for what is not. `recover` comes before any other call.
 */
export class Shard implements BrokerApi {
  readonly #parts: ShardParts;
  readonly #book: Book;
  readonly #addresses: Addresses;
  readonly #intake: Intake;
  readonly #dispatch: Dispatch;
  readonly #reader: Reader;
  readonly #expiry: Expiry;
  readonly #bells: Bells;
  readonly #alarm: AlarmClock;
  readonly #timer: Timer;
  readonly #waiters: Waiters;
  readonly #commits: GroupCommit;
  readonly #meter: Meter;
  /** The submits that wait for the next commit. */
  #round: Round | undefined;

  constructor(parts: ShardParts) {
    const { config, timers } = parts;
    this.#parts = parts;
    const sql = new Sql(parts.sql);
    this.#meter = new Meter(parts.clock, sql);
    this.#book = new Book(sql, this.#meter.tasks, {
      limit: config.brokerBacklogLimit,
      leaseMilliseconds: config.workerLostWait * 1000,
    });
    this.#addresses = new Addresses(this.#book, sealWith(this.#key()), parts.shard);
    this.#intake = new Intake(this.#book, this.#addresses);
    this.#waiters = new Waiters(timers);
    this.#dispatch = new Dispatch(this.#book, this.#addresses, config, (page, slot) => this.#waiters.ended(page, slot));
    this.#reader = new Reader(this.#book, config);
    this.#expiry = new Expiry(this.#book, config.resultExpires * 1000);
    this.#alarm = new AlarmClock(parts.alarm, () => this.#meter.count("alarmsSet"));
    this.#timer = new Timer(this.#meter.timers(timers), () => void this.#look().catch(() => {}));
    this.#commits = new GroupCommit({ run: (changes) => this.#transact(changes), sync: () => parts.sync() });
    this.#bells = new Bells({
      shard: parts.shard,
      workerConcurrency: config.workerConcurrency,
      maxConcurrency: config.maxConcurrency,
      leaseMilliseconds: config.workerLostWait * 1000,
      leases: () => this.#book.leases.values(),
      // A bell that could not be sent is rung again once its time is over, like any that is not answered.
      send: (bells) => {
        this.#meter.count("messagesSent", bells.length);
        parts.send(bells).catch(() => {});
      },
    });
  }

  /** Reads back what a reset has taken from memory. */
  async recover(): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#alarm.recover(now);
    this.#parts.transaction(() => this.#book.recover(now));
    this.#next(now);
  }

  /** Accepts calls, all or nothing. What arrives while a commit is in flight goes into the next page together. */
  submit(submission: Submission): Promise<Accepted | Refused> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      const { answer, first } = (await this.#join([submission])).get(submission.nonce) as Answer;
      if (!answer.ok || first === undefined || !submission.waitSeconds) return answer;
      const lookup = await this.#final(answer.ids[0] as string, first, submission.waitSeconds);
      return lookup.found ? { ...answer, record: lookup.record } : answer;
    });
  }

  /** Accepts the submits of several requests. */
  submitTogether(submissions: Submission[]): Promise<(Accepted | Refused)[]> {
    this.#meter.count("workerRequests", submissions.length);
    return this.#meter.call(async () => {
      const answers = await this.#join(submissions);
      return submissions.map(({ nonce }) => (answers.get(nonce) as Answer).answer);
    });
  }

  claim(request: Repeatable<ClaimRequest>): Promise<Grant> {
    this.#meter.count("workerRequests");
    this.#meter.count("messagesReceived");
    this.#bells.answered(request.queue);
    return this.#meter.call(() => this.#commits.change((now) => this.#dispatch.claim(request, now)));
  }

  report(request: Repeatable<ReportRequest>): Promise<Grant> {
    return this.#meter.call(() => this.#commits.change((now) => this.#dispatch.report(request, now)));
  }

  renew(lease: string): Promise<Renewal> {
    return this.#meter.call(async () => this.#dispatch.renew(lease, this.#parts.clock.now()));
  }

  result(id: string, waitSeconds: number): Promise<Lookup> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      const place = this.#addresses.find(id);
      return place === undefined ? { found: false, why: "unknown" } : this.#final(id, place, waitSeconds);
    });
  }

  results(ids: string[]): Promise<Lookup[]> {
    this.#meter.count("workerRequests", ids.length);
    return this.#meter.call(async () => {
      const now = this.#parts.clock.now();
      const lookups: Lookup[] = [];
      let characters = 0;
      for (const id of ids) {
        const place = this.#addresses.find(id);
        const lookup: Lookup = place === undefined ? { found: false, why: "unknown" } : this.#reader.read(id, place, now);
        lookups.push(lookup);
        if (lookup.found) characters += lookup.record.result?.length ?? 0;
        if (characters > ANSWER_CHARACTERS) break;
      }
      return lookups;
    });
  }

  sweep(): Promise<void> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      await this.#commits.change((now) => this.#book.backlog.recount(now));
      // An alarm that was lost is armed again for what the next change would not see to.
      this.#alarm.arm(this.#expiry.next(), this.#parts.clock.now());
    });
  }

  async stats(): Promise<ShardStats> {
    return { ...this.#meter.stats(this.#parts.shard), ...censusOf(this.#book) };
  }

  /** The alarm that was set for `scheduled` (milliseconds since 1970) has fired: does what is overdue. */
  alarm(scheduled: number | undefined): Promise<void> {
    return this.#meter.call(async () => {
      const now = this.#parts.clock.now();
      this.#alarm.fired(scheduled ?? now);
      const more = await this.#commits.change((at) => this.#expiry.slice(at));
      this.#alarm.arm(more ? now + SLICE_PAUSE_MILLISECONDS : this.#expiry.next(), now);
    });
  }

  /** Submits that wait for the same commit go into the same pages. */
  #join(submissions: readonly Submission[]): Promise<Map<string, Answer>> {
    const round = this.#round ?? this.#newRound();
    for (const submission of submissions) round.submissions.set(submission.nonce, submission);
    return round.answers;
  }

  #newRound(): Round {
    const submissions = new Map<string, Submission>();
    // One microtask later the first submit is in; on an idle object the commit follows at once.
    const answers = Promise.resolve().then(() =>
      this.#commits.change((now) => {
        this.#round = undefined;
        const queue = this.#expressQueue(
          [...submissions.values()].flatMap(({ calls }) => calls),
          now,
        );
        const answers = this.#intake.accept(submissions, now);
        if (queue !== undefined) this.#handOver(queue, now);
        return answers;
      }),
    );
    this.#round = { submissions, answers };
    return this.#round;
  }

  /** The queue of calls that go by the express lane: if all were declared for it, and nothing waits in their queue yet. */
  #expressQueue(calls: readonly Call[], now: number): string | undefined {
    const { express, config } = this.#parts;
    const queue = calls[0]?.queue;
    if (express === undefined || queue === undefined || calls.length > config.workerConcurrency) return undefined;
    if (!calls.every((call) => call.express === true && call.due === undefined && call.queue === queue)) return undefined;
    const lane = this.#book.lane(queue);
    this.#book.fill(lane, now);
    return lane.busy ? undefined : queue;
  }

  /** Gives what was just written to the express lane. Nothing else is ready in its queue: it is for what was declared for it only. */
  #handOver(queue: string, now: number): void {
    const { express, shard, config, random } = this.#parts;
    const room = config.workerConcurrency;
    const grant = this.#dispatch.claim({ version: 1, queue, room, consumer: EXPRESS, nonce: random(16) }, now);
    // Calls leave after the transaction, and the output gate holds them until it is durable.
    if (grant.tasks.length > 0) void Promise.resolve().then(() => express?.({ queue, shard }, grant).catch(() => {}));
  }

  async #final(id: string, place: Named, waitSeconds: number): Promise<Lookup> {
    const { clock } = this.#parts;
    const lookup = this.#reader.read(id, place, clock.now());
    if (waitSeconds <= 0 || !lookup.found || isFinal(lookup.record.state)) return lookup;
    await this.#waiters.wait(place.page, place.slot, Math.min(waitSeconds, LONGEST_WAIT_SECONDS));
    return this.#reader.read(id, place, clock.now());
  }

  /** Takes back lost leases and makes ready what is due. */
  #look(): Promise<void> {
    return this.#commits.change(() => {});
  }

  /** Runs changes as one transaction. If it fails, memory may differ from the rows: the object starts again from them. */
  #transact(changes: (now: number) => void): void {
    const now = this.#parts.clock.now();
    try {
      this.#parts.transaction(() => {
        this.#dispatch.lapse(now);
        changes(now);
        for (const lane of this.#book.lanes.values()) this.#book.fill(lane, now);
      });
    } catch (error) {
      this.#parts.abort(`The broker starts again after a failed change: ${error}`);
      throw error;
    }
    this.#next(now);
  }

  /** Rings for what is ready, and sees to it that the object wakes for what is not. */
  #next(now: number): void {
    let busy = this.#book.leases.size > 0;
    let next = this.#dispatch.nextLapse();
    for (const lane of this.#book.lanes.values()) {
      busy ||= lane.busy;
      next = Math.min(next, this.#bells.ring(lane, now), lane.nextDue, lane.wake > now ? lane.wake : Number.POSITIVE_INFINITY);
    }
    const soon = next <= now + SOON_MILLISECONDS;
    this.#timer.set(soon ? next : Number.POSITIVE_INFINITY, now);
    // The timer is lost with the object, and nobody may come: the alarm stands behind it.
    const backstop = now + this.#book.leaseMilliseconds;
    this.#alarm.arm(soon ? backstop : busy ? Math.min(next, backstop) : next, now);
  }

  #key(): string {
    const kept = this.#book.meta.get("key");
    if (kept !== undefined) return kept;
    const key = this.#parts.random(16);
    this.#book.meta.set("key", key);
    return key;
  }
}
