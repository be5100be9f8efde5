import { shareOf } from "../core/homes.ts";
import type { ShardStats } from "../core/units.ts";
import { Addresses } from "./addresses.ts";
import { AlarmClock } from "./alarm-clock.ts";
import type {
  BrokerApi,
  CanvasApi,
  ClaimRequest,
  Forgotten,
  Grant,
  Known,
  LookApi,
  NamesAnswer,
  NamesRequest,
  News,
  NewsRequest,
  PurgeRequest,
  Repeatable,
  ReportRequest,
  RevokedSlice,
  RevokeRequest,
  RevokeStampsRequest,
  RevokeWhereRequest,
  ShardLookup,
  ShardRevocation,
  StateUpdate,
  SteeringApi,
  Submission,
  SubmitAnswer,
} from "./api.ts";
import type { Bells } from "./bells.ts";
import { Book } from "./book.ts";
import { CanvasDesk, type CanvasDeskParts } from "./canvas-desk.ts";
import { censusOf } from "./census.ts";
import { Desk } from "./desk.ts";
import { Dispatch } from "./dispatch.ts";
import type { EventApi } from "./event-api.ts";
import { EventDesk } from "./event-desk.ts";
import { Expiry } from "./expiry.ts";
import { ExpressLane } from "./express-lane.ts";
import { FollowUp } from "./follow-up.ts";
import { forget } from "./forget.ts";
import { GroupCommit } from "./group-commit.ts";
import { Homes } from "./homes.ts";
import { type Answer, Intake } from "./intake.ts";
import { LookDesk } from "./look-desk.ts";
import { Lookups } from "./lookups.ts";
import { Meter } from "./meter.ts";
import { NewsDesk } from "./news-desk.ts";
import { noteWaiting } from "./note-waiting.ts";
import { Reader } from "./reader.ts";
import { Revoker } from "./revoker.ts";
import { Rounds } from "./rounds.ts";
import { sealWith } from "./seal.ts";
import { bellsOf } from "./shard-bells.ts";
import type { ShardParts } from "./shard-parts.ts";
import { shareOfConsumers } from "./share-of-consumers.ts";
import { Standby } from "./standby.ts";
import { refuseTooLarge } from "./state-update.ts";
import { Steering } from "./steering.ts";
import { StepLines } from "./step-lines.ts";
import { Sql } from "./store/sql.ts";
import { Timer } from "./timer.ts";
import { Waiters } from "./waiters.ts";

/** What becomes due within this time is waited for in memory; an alarm, which is billed, is for what is later. */
const SOON_MILLISECONDS = 10_000;
/** Between two slices of expiry other calls get their turn. */
const SLICE_PAUSE_MILLISECONDS = 20;

/**
 * One shard of the broker. Every change is one transaction, after which it rings for what is ready and sees to it that it
 * wakes for what is not. `recover` comes before any other call.
 */
export class Shard implements Omit<BrokerApi, keyof CanvasApi | keyof LookApi | keyof SteeringApi> {
  /** What is about canvases. */
  readonly canvases: CanvasApi;
  /** What is about lists of tasks. */
  readonly looks: LookDesk;
  /** What is about events. */
  readonly events: EventApi;
  /** What is ordered of queues and limits. */
  readonly steering: SteeringApi;
  readonly #parts: ShardParts;
  readonly #book: Book;
  readonly #addresses: Addresses;
  readonly #homes: Homes;
  readonly #intake: Intake;
  readonly #dispatch: Dispatch;
  readonly #lookups: Lookups;
  readonly #expiry: Expiry;
  readonly #bells: Bells;
  readonly #alarm: AlarmClock;
  readonly #timer: Timer;
  readonly #waiters: Waiters;
  readonly #commits: GroupCommit;
  readonly #desk: Desk;
  readonly #meter: Meter;
  readonly #rounds: Rounds;
  readonly #newsDesk: NewsDesk;
  readonly #revoker: Revoker;

  constructor(parts: ShardParts) {
    const { config, timers } = parts;
    this.#parts = parts;
    const sql = new Sql(parts.sql);
    this.#meter = new Meter(parts.clock, sql);
    this.#book = new Book(sql, this.#meter.tasks, {
      limit: shareOf(config.brokerBacklogLimit, parts.shard, config.brokerShards),
      leaseMilliseconds: config.workerLostWait * 1000,
      ageing: config.priorityAgeing,
      ratesOff: config.workerDisableRateLimits,
      shard: parts.shard,
      shards: config.brokerShards,
    });
    this.#addresses = new Addresses(this.#book, sealWith(this.#book.meta.key(() => parts.random(16))), parts.shard);
    const homes = new Homes(this.#book, this.#addresses, config.resultExpires * 1000);
    this.#homes = homes;
    this.#intake = new Intake(this.#book, this.#addresses, homes, (stamped, now) => this.#revoker.refuseStamped(stamped, now));
    this.#waiters = new Waiters(timers);
    const share = shareOfConsumers(config, parts.shard, homes);
    const ended = (page: number, slot: number) => this.#waiters.ended(page, slot);
    const lines = new StepLines(this.#book, this.#addresses);
    this.#dispatch = new Dispatch(this.#book, this.#addresses, share, { lines, followUp: new FollowUp(this.#book, lines, ended), ended });
    this.#newsDesk = new NewsDesk(this.#book, this.#dispatch, parts);
    const revoking = { dispatch: this.#dispatch, ttl: config.resultExpires * 1000, trackStarted: config.taskTrackStarted };
    this.#revoker = new Revoker({ ...revoking, book: this.#book, addresses: this.#addresses, homes });
    const reader = new Reader(this.#book, config, lines);
    const looking = { book: this.#book, addresses: this.#addresses, lines, reader, waiters: this.#waiters, clock: parts.clock };
    const add: CanvasDeskParts["add"] = (request) => this.#commits.change((now) => this.#dispatch.addToGroup(request, now));
    this.canvases = new CanvasDesk({ ...looking, add });
    this.events = new EventDesk({ ...looking, homes, meter: this.#meter, timers, random: parts.random });
    this.#lookups = new Lookups({ addresses: this.#addresses, homes, reader, waiters: this.#waiters, clock: parts.clock });
    this.#expiry = new Expiry(this.#book, config.resultExpires * 1000);
    this.#alarm = new AlarmClock(parts.alarm, () => this.#meter.count("alarmsSet"));
    this.#timer = new Timer(this.#meter.timers(timers), () => void this.#commits.change(() => {}).catch(() => {}));
    this.#commits = new GroupCommit({ run: (changes) => this.#transact(changes), sync: () => parts.sync() });
    this.#desk = new Desk({ book: this.#book, dispatch: this.#dispatch, commits: this.#commits, standby: new Standby(timers) });
    const many = { intake: this.#intake, commits: this.#commits, timers, nonce: () => parts.random(16), homes, meter: this.#meter };
    this.looks = new LookDesk({ ...looking, ...many, config, revoker: this.#revoker });
    this.steering = new Steering(this.#book, this.#commits, homes, this.#meter);
    const express = new ExpressLane(parts, this.#book, this.#dispatch);
    this.#rounds = new Rounds(this.#commits, (submissions, now) => {
      const queue = express.queueFor(submissions.values(), now);
      const answers = this.#intake.accept(submissions, now);
      if (queue !== undefined) express.handOver(queue, now);
      return answers;
    });
    this.#bells = bellsOf(parts, this.#book, share, (count) => this.#meter.count("messagesSent", count));
  }

  /** Reads back what a reset has taken from memory. */
  async recover(): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#alarm.recover(now);
    this.#parts.transaction(() => {
      this.#homes.learn(this.#parts.config.brokerShards, now);
      this.#book.recover(now);
    });
    this.looks.recover();
    this.#next(now);
  }

  /** Accepts calls, all or nothing. What arrives while a commit is in flight goes into the next page together. */
  submit(submission: Submission): Promise<SubmitAnswer> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      const { answer, first } = (await this.#rounds.join([submission])).get(submission.nonce) as Answer;
      if (!answer.ok || first === undefined || !submission.waitSeconds) return answer;
      const lookup = await this.#lookups.final(answer.ids[0] as string, first, submission.waitSeconds);
      return lookup.found ? { ...answer, record: lookup.record } : answer;
    });
  }

  /** Accepts the submits of several requests. */
  submitTogether(submissions: Submission[]): Promise<SubmitAnswer[]> {
    this.#meter.count("workerRequests", submissions.length);
    return this.#meter.call(async () => {
      const answers = await this.#rounds.join(submissions);
      return submissions.map(({ nonce }) => (answers.get(nonce) as Answer).answer);
    });
  }

  names(request: NamesRequest): Promise<NamesAnswer> {
    return this.#meter.call(() =>
      this.#commits.change((now) => {
        const answer = this.#homes.answer(request, now);
        this.#alarm.arm(this.#homes.next(now), now);
        return answer;
      }),
    );
  }

  claim(request: Repeatable<ClaimRequest>): Promise<Grant> {
    this.#meter.count("workerRequests");
    this.#meter.count("messagesReceived");
    this.#bells.answered(request.queue);
    return this.#meter.call(() => this.#desk.claim(request));
  }

  report(request: Repeatable<ReportRequest>): Promise<Grant> {
    return this.#meter.call(() => this.#desk.report(request));
  }

  news(request: NewsRequest): Promise<News> {
    return this.#meter.call(() => this.#newsDesk.answer(request));
  }

  revoke(request: RevokeRequest): Promise<ShardRevocation[]> {
    this.#meter.count("workerRequests");
    return this.#meter.call(() => this.#commits.change((now) => this.#revoker.revoke(request, now)));
  }

  revokeWhere(request: RevokeWhereRequest): Promise<RevokedSlice> {
    return this.#meter.call(() => this.#commits.change((now) => this.#revoker.revokeWhere(request, now)));
  }

  revokeStamps(request: RevokeStampsRequest): Promise<RevokedSlice> {
    return this.#meter.call(() => this.#commits.change((now) => this.#revoker.revokeStamps(request, now)));
  }

  purge(request: PurgeRequest): Promise<RevokedSlice> {
    return this.#meter.call(() => this.#commits.change((now) => this.#revoker.purge(request, now)));
  }

  update(request: StateUpdate): Promise<{ held: boolean }> {
    return this.#meter.call(async () => {
      refuseTooLarge(request);
      return this.#commits.change((now) => this.#dispatch.update(request, now));
    });
  }

  forget(id: string): Promise<Forgotten> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      const place = this.#addresses.find(id);
      return place === undefined ? "unknown" : this.#commits.change((now) => forget(this.#book, place, this.#expiry.ttl, now));
    });
  }

  result(id: string, waitSeconds: number): Promise<ShardLookup> {
    this.#meter.count("workerRequests");
    return this.#meter.call(() => this.#lookups.one(id, waitSeconds));
  }

  results(ids: string[]): Promise<ShardLookup[]> {
    this.#meter.count("workerRequests", ids.length);
    return this.#meter.call(async () => this.#lookups.several(ids));
  }

  sweep(known?: Known): Promise<Known> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      await this.#commits.change((now) => {
        this.#homes.learn(known?.shards ?? 1, now);
        this.#book.backlog.recount(now);
      });
      // An alarm that was lost is armed again for what the next change would not see to.
      this.#armFar(false);
      return this.#homes.known;
    });
  }

  async stats(): Promise<ShardStats & Known> {
    return { ...this.#meter.stats(this.#parts.shard), ...censusOf(this.#book, this.#parts.clock.now()), ...this.#homes.known };
  }

  /** The alarm that was set for `scheduled` (milliseconds since 1970) has fired: does what is overdue. */
  alarm(scheduled: number | undefined): Promise<void> {
    return this.#meter.call(async () => {
      this.#alarm.fired(scheduled ?? this.#parts.clock.now());
      const expired = await this.#commits.change((at) => this.#expiry.slice(at));
      const settled = await this.#homes.settle(this.#parts.peer, (work) => this.#commits.change(work));
      this.#armFar(expired || settled);
    });
  }

  /** Arms the alarm for what comes by itself, however late: expiry, and loans that are over. `more` of it is to be done now. */
  #armFar(more: boolean): void {
    const now = this.#parts.clock.now();
    this.#alarm.arm(more ? now + SLICE_PAUSE_MILLISECONDS : Math.min(this.#expiry.next(), this.#homes.next(now)), now);
  }

  /** Runs changes as one transaction. If it fails, memory may differ from the rows: the object starts again from them. */
  #transact(changes: (now: number) => void): void {
    const now = this.#parts.clock.now();
    const gifts: (() => void)[] = [];
    try {
      this.#parts.transaction(() => {
        noteWaiting(this.#book, now);
        this.#dispatch.lapse(now);
        changes(now);
        for (const queue of this.#book.queues.values()) {
          this.#book.look(queue, now);
          this.#desk.giveToStanders(queue, now, gifts);
        }
      });
    } catch (error) {
      this.#parts.abort(`The broker starts again after a failed change: ${error}`);
      throw error;
    }
    for (const give of gifts) give();
    this.#next(now);
  }

  /** Rings for what is ready, and sees to it that the object wakes for what is not. */
  #next(now: number): void {
    let busy = this.#book.leases.size > 0 || this.looks.busy;
    let next = this.#dispatch.nextLapse();
    for (const queue of this.#book.queues.values()) {
      busy ||= queue.busy(now);
      next = Math.min(next, this.#bells.ring(queue, now), queue.nextAt(now));
    }
    const soon = next <= now + SOON_MILLISECONDS;
    this.#timer.set(soon ? next : Number.POSITIVE_INFINITY, now);
    // The timer is lost with the object, and nobody may come: the alarm stands behind it.
    const backstop = now + this.#book.leaseMilliseconds;
    this.#alarm.arm(soon ? backstop : busy ? Math.min(next, backstop) : next, now);
  }
}
