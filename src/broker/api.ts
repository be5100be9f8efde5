/**
 * What the broker offers to the other rooms. `BrokerApi` is the object's RPC surface, one shard; `BrokerClient` is
 * what rooms are handed (broker/client.ts), which finds the shard, repeats safely and makes nonces. Arguments and
 * answers are plain data with a version: object and Worker differ during a deploy. Refusals are data, never throws.
 */
import type { Call } from "../core/call.ts";
import type { Lookup, Outcome, TaskRecord } from "../core/result.ts";
import type { ShardStats } from "../core/units.ts";

/** One submit. It may be sent again with the same nonce: the answer is then the first one's. */
export interface Submission {
  version: 1;
  /** Made by the caller, unique to this submit (a UUID). */
  nonce: string;
  /** 1 for the first sending; from 2 on the broker looks the nonce up. */
  attempt: number;
  /** When it was first sent, by the caller's clock: milliseconds since 1970. */
  sentAt: number;
  /** At least one; all or nothing. */
  calls: Call[];
  /** Hold the answer until the only call's task is final, at most so many seconds. Default 0. */
  waitSeconds?: number;
  /** What its maker knows of the names (core/homes.ts) of its calls; there when any has one. */
  names?: NameFacts;
}

/** The task that a name stands for. */
export interface Taken {
  id: string;
  /** Of the call that took an idempotency key. */
  fingerprint?: string;
}

/** What the maker of a submit knows of the names of its calls. */
export interface NameFacts {
  /** Over how many shards it took names to be spread. */
  shards: number;
  /** It has asked the homes that the names had with fewer shards. */
  asked: boolean;
  /** The names that are taken at other shards. */
  taken: [name: string, by: Taken][];
}

/** What a shard knows of the deployment. */
export interface Known {
  /** Over how many shards names are spread: the most it was ever told of. */
  shards: number;
}

/** Nothing of the submit was accepted: another shard may know what its names stand for. Ask (`names`), and send it where they are decided. */
export interface Astray extends Known {
  ok: false;
  code: "astray";
}

/** How one shard answers a submit. */
export type SubmitAnswer = Accepted | Refused | Astray;

/** Asks what names stand for at a shard. */
export interface NamesRequest {
  version: 1;
  /** Over how many shards the asker takes names to be spread. A shard that knows of more answers only that. */
  shards: number;
  names: string[];
  /** From now on this shard, of a lower number, is to decide those of them that are free here. */
  lendTo?: number;
  /** The asker only wants to know whether it may end its own loans: those of the asked one are not renewed by it. */
  ending?: boolean;
}

/** A name is decided by another shard. */
export interface Lent {
  lentTo: number;
}

/** In the order of the names; null: it is free, and decided here. */
export interface NamesAnswer extends Known {
  /** Names may still be known to the homes that they had with fewer shards. */
  young: boolean;
  names: (Taken | Lent | null)[];
}

/** `elsewhere`: the id is not known here, and may be another shard's; `lentTo` is the one that decides it. */
export type ShardLookup = Lookup | (Known & { found: false; why: "elsewhere"; lentTo?: number });

/** Ids in the order of the calls. `duplicates` names calls answered with an earlier task's id (by position). */
export interface Accepted {
  ok: true;
  ids: string[];
  duplicates: number[];
  /** With `waitSeconds`: the task's record, final if it ended in time. */
  record?: TaskRecord;
}

/**
 * Nothing of the submit was accepted. `too_large`: it has more calls than may ever be unfinished at once; `backlog_full`: there is
 * no room for them now. What stands for an earlier task (a repeat, an idempotency key) needs no room.
 */
export interface Refused {
  ok: false;
  code: "idempotency_mismatch" | "task_id_taken" | "too_large" | "backlog_full";
  /** The position of the call at fault. */
  index: number;
  message: string;
  /** With `backlog_full`: in how many seconds there will be room, as tasks have ended lately; 1 to 60. */
  retryAfterSeconds?: number;
}

/** A consumer asks for work. */
export interface ClaimRequest {
  version: 1;
  queue: string;
  /** How many tasks it has room for. */
  room: number;
  /** How many it takes if they are known to be short: it keeps those that it has no room for until it has. Default: `room`. */
  most?: number;
  /** The consumer's name, such as `celeriac@3f2a`. */
  consumer: string;
}

/** One task handed out. `page`, `slot` and `attempt` go back with its outcome. */
export interface GrantedTask {
  page: number;
  slot: number;
  attempt: number;
  id: string;
  /** The call's line, as JSON text (core/call.ts, `Line`). */
  line: string;
  /** Milliseconds since 1970, where the call had one. */
  due?: number;
  expires?: number;
  /** How many times it was retried; absent: 0. */
  retries?: number;
}

/** What a claim or a report gives. No lease: nothing is held any more, and there is nothing to do. */
export interface Grant {
  version: 1;
  lease: string | null;
  /** How long the lease runs from now, in milliseconds; renew every third of it. */
  leaseMilliseconds: number;
  tasks: GrantedTask[];
}

/** A consumer tells how tasks ended and asks for more. `room` 0 asks for none. */
export interface ReportRequest {
  version: 1;
  lease: string;
  consumer: string;
  queue: string;
  outcomes: Outcome[];
  room: number;
  /** As in `ClaimRequest`. */
  most?: number;
  /** Counts the consumer's reports from 1: one that was overtaken on its way by a later one is granted nothing, for nobody waits for its answer. */
  sequence: number;
}

/** A renewal that is not `held` means that the lease was lost: abort what runs under it. */
export interface Renewal {
  held: boolean;
  leaseMilliseconds: number;
}

/** A running attempt tells its state (Celery's `update_state`). */
export interface StateUpdate {
  version: 1;
  lease: string;
  page: number;
  slot: number;
  attempt: number;
  state: string;
  /** JSON text; with the state at most 1,000,000 bytes, else the call is refused with a RangeError. */
  meta: string;
}

/** What became of a wish to forget a result. `expired`: it was forgotten before, or has expired. */
export type Forgotten = "forgotten" | "unfinished" | "unknown" | "expired";

/** Sets a task's rate, whatever its calls say, until it is set again or taken away; resets and deploys do not end it. */
export interface LimitRequest {
  version: 1;
  /** The limit's name: the task's. */
  name: string;
  /** Tasks a second that start; null: any number; absent: what calls say counts again. */
  perSecond?: number | null | undefined;
}

/** A request that may be sent again under the same nonce (a UUID): the answer is then the first one's. */
export type Repeatable<T> = T & { nonce: string };

/** The RPC surface of one Broker object. */
export interface BrokerApi {
  submit(submission: Submission): Promise<SubmitAnswer>;
  /** Submits of several requests in one call; each is accepted or refused by itself. None of them waits for its result. */
  submitTogether(submissions: Submission[]): Promise<SubmitAnswer[]>;
  names(request: NamesRequest): Promise<NamesAnswer>;
  /** Where work is expected within a second, the answer waits for it so long. */
  claim(request: Repeatable<ClaimRequest>): Promise<Grant>;
  /** Waits as `claim` does when nothing is held any more. */
  report(request: Repeatable<ReportRequest>): Promise<Grant>;
  renew(lease: string): Promise<Renewal>;
  /** Not `held`: the attempt holds its task no more, and nothing was written. */
  update(request: StateUpdate): Promise<{ held: boolean }>;
  /** Waits up to `waitSeconds` (at most 60) for the task to be final. */
  result(id: string, waitSeconds: number): Promise<ShardLookup>;
  /** What is known now of several tasks, in the order of the ids: of the first ones, if results are so large that one answer does not carry all. */
  results(ids: string[]): Promise<ShardLookup[]>;
  /** Takes the result of an ended task from disk. `unknown` also when the id may be another shard's: ask `result`. */
  forget(id: string): Promise<Forgotten>;
  /** The cron tick's sweep: does whatever is overdue, and answers when the object is up. It is told what the sweeper knows. */
  sweep(known?: Known): Promise<Known>;
  /** Grants nothing of a queue from now on, rings for nothing of it and keeps nobody on the line; what runs goes on. Lasting. */
  pause(queue: string, nonce: string): Promise<Known>;
  /** Grants tasks of a queue again. */
  resume(queue: string, nonce: string): Promise<Known>;
  limit(request: Repeatable<LimitRequest>): Promise<Known>;
  /** What it has counted since it was last started. */
  stats(): Promise<ShardStats & Known>;
}

/** What other rooms are handed instead of a stub. */
export interface BrokerClient {
  /** Submits calls to one shard (all or nothing); repeats by itself when the object was reset, without doubling. */
  submit(calls: Call[], options?: { waitSeconds?: number }): Promise<Accepted | Refused>;
  result(id: string, waitSeconds: number): Promise<Lookup>;
  claim(shard: number, request: ClaimRequest): Promise<Grant>;
  report(shard: number, request: ReportRequest): Promise<Grant>;
  renew(shard: number, lease: string): Promise<Renewal>;
  update(shard: number, request: StateUpdate): Promise<{ held: boolean }>;
  /** Forgets the result of an ended task: it reads as expired from then on. */
  forget(id: string): Promise<Forgotten>;
  /** Sweeps every shard, those too that new work does not go to any more. */
  sweep(): Promise<void>;
  /** Grants nothing of a queue from now on, at any shard; see `BrokerApi`. A shard that is added later does not know of it: tell it again. */
  pause(queue: string): Promise<void>;
  /** Grants tasks of a queue again. */
  resume(queue: string): Promise<void>;
  /** Sets a task's rate at every shard; one that is added later does not know of it: set it again. */
  limit(request: Omit<LimitRequest, "version">): Promise<void>;
  /** What each shard has counted. */
  stats(): Promise<ShardStats[]>;
}

/** The body of a queue message: which queue of which shard has work. Nothing else travels on the transport. */
export interface Bell {
  queue: string;
  shard: number;
}
