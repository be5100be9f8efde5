/**
 * What the broker offers to the other rooms. `BrokerApi` is the object's RPC surface, one shard; `BrokerClient` is
 * what rooms are handed (broker/client.ts), which finds the shard, repeats safely and makes nonces. Arguments and
 * answers are plain data with a version: object and Worker differ during a deploy. Refusals are data, never throws.
 */

import type { Call } from "../core/call.ts";
import type { WorkflowPlan } from "../core/canvas/workflow.ts";
import type { Columns } from "../core/columns.ts";
import type { Lookup, TaskRecord } from "../core/result.ts";
import type { StampedHeaders, TaskFilter } from "../core/revocation.ts";
import type { SetTimeLimits } from "../core/time-limits.ts";
import type { ShardStats } from "../core/units.ts";
import type { CanvasApi, CanvasClient } from "./canvas-api.ts";
import type { Known } from "./known.ts";
import type { ClaimRequest, Grant, News, NewsRequest, ReportRequest, StateUpdate } from "./lease-api.ts";
import type { LookApi, LookClient } from "./look-api.ts";
import type { Refused, Repeatable, Sent } from "./repeatable.ts";

export type * from "./canvas-api.ts";
export type * from "./event-api.ts";
export type * from "./known.ts";
export type * from "./lease-api.ts";
export type * from "./look-api.ts";
export type * from "./repeatable.ts";

/** One submit. It may be sent again with the same nonce: the answer is then the first one's. */
export interface Submission extends Sent {
  version: 1;
  /** At least one, but for a canvas of none; all or nothing. */
  calls: Call[];
  /** The same calls in columns; `calls` is empty then. */
  columns?: Columns;
  /** The calls are those of a canvas, by slot (`WorkflowCall`), and hang together. */
  plan?: WorkflowPlan;
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

/** The id is not known here, and may be another shard's; `lentTo` is the one that decides it. */
export interface Elsewhere extends Known {
  found: false;
  why: "elsewhere";
  lentTo?: number;
}

/** What a shard knows of an id. */
export type ShardLookup = Lookup | Elsewhere;

/** Ids in the order of the calls. `duplicates` names calls answered with an earlier task's id (by position). */
export interface Accepted {
  ok: true;
  ids: string[];
  duplicates: number[];
  /** Of a canvas: the ids of its groups, by join. */
  groups?: string[];
  /** With `waitSeconds`: the task's record, final if it ended in time. */
  record?: TaskRecord;
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

/** Sets a task's time limits (Celery's `time_limit`), between what its calls say and what it declares, until they are set again; resets and deploys do not end it. */
export interface TimeLimitRequest extends SetTimeLimits {
  version: 1;
  /** The task's name. */
  name: string;
}

/** Revokes tasks by their ids, as many as a call may carry. */
export interface RevokeRequest {
  version: 1;
  ids: string[];
  /** End those too that run. */
  terminate: boolean;
}

/**
 * What became of a task that was revoked. `revoked`: it waited, and has ended as REVOKED. `flagged`: it runs on, and will not run again.
 * `terminated`: it ran, and has ended as REVOKED. `ended`: it had ended before. `unknown`, `expired`: as in `Lookup`.
 */
export type Revocation = "revoked" | "flagged" | "terminated" | "ended" | "unknown" | "expired";

/** What a shard answers of each id. */
export type ShardRevocation = Revocation | Elsewhere;

/** Revokes what a filter means (core/revocation.ts), of what was accepted before the first slice. */
export interface RevokeWhereRequest {
  version: 1;
  filter: TaskFilter;
  /** End those too that run. */
  terminate: boolean;
  /** Only count them. */
  dryRun: boolean;
  /** Of the slice before; null for the first one. */
  cursor: string | null;
}

/** Revokes what bears one of these stamps, now and in the next three hours. */
export interface RevokeStampsRequest {
  version: 1;
  headers: StampedHeaders;
  /** End those too that run. */
  terminate: boolean;
  cursor: string | null;
}

/** Ends what waits in a queue. */
export interface PurgeRequest {
  version: 1;
  queue: string;
  cursor: string | null;
}

/** What a bounded slice of a shard's tasks came to: how many were revoked, and where the next slice goes on; null: all were looked at. */
export interface RevokedSlice extends Known {
  revoked: number;
  cursor: string | null;
}

/** The part of a Broker object's RPC surface that is orders. One that comes again is carried out once. */
export interface SteeringApi {
  /** Grants nothing of a queue from now on, rings for nothing of it and keeps nobody on the line; what runs goes on. Lasting. */
  pause(queue: string, nonce: string): Promise<Known>;
  /** Grants tasks of a queue again. */
  resume(queue: string, nonce: string): Promise<Known>;
  limit(request: Repeatable<LimitRequest>): Promise<Known>;
  timeLimit(request: Repeatable<TimeLimitRequest>): Promise<Known>;
}

/** The RPC surface of one Broker object. */
export interface BrokerApi extends CanvasApi, LookApi, SteeringApi {
  submit(submission: Submission): Promise<SubmitAnswer>;
  /** Submits of several requests in one call; each is accepted or refused by itself. None of them waits for its result. */
  submitTogether(submissions: Submission[]): Promise<SubmitAnswer[]>;
  names(request: NamesRequest): Promise<NamesAnswer>;
  /** Where work is expected within a second, the answer waits for it so long. */
  claim(request: Repeatable<ClaimRequest>): Promise<Grant>;
  /** Waits as `claim` does when nothing is held any more. */
  report(request: Repeatable<ReportRequest>): Promise<Grant>;
  /** Not `held`: the attempt holds its task no more, and nothing was written. */
  update(request: StateUpdate): Promise<{ held: boolean }>;
  /** Renews a lease. Answered at once when something under it is terminated or the lease ends, else after `waitMilliseconds`. */
  news(request: NewsRequest): Promise<News>;
  /** Waits up to `waitSeconds` (at most 60) for the task to be final. */
  result(id: string, waitSeconds: number): Promise<ShardLookup>;
  /** What is known now of several tasks, in the order of the ids: of the first ones, if results are so large that one answer does not carry all. */
  results(ids: string[]): Promise<ShardLookup[]>;
  /** Takes the result of an ended task from disk. `unknown` also when the id may be another shard's: ask `result`. */
  forget(id: string): Promise<Forgotten>;
  /** Revokes tasks, in the order of the ids; durable when it is answered. Sent again it finds `ended` what it has ended. */
  revoke(request: RevokeRequest): Promise<ShardRevocation[]>;
  /** Revokes by filter, a slice at a time. A slice that is sent again finds nothing left: its count is lost with the first answer. */
  revokeWhere(request: RevokeWhereRequest): Promise<RevokedSlice>;
  /** Revokes by stamped headers, in slices as `revokeWhere`. */
  revokeStamps(request: RevokeStampsRequest): Promise<RevokedSlice>;
  /** Ends what waits in a queue as REVOKED `purged`, in slices as `revokeWhere`; what runs goes on, and so does what a retry has moved here from another queue. */
  purge(request: PurgeRequest): Promise<RevokedSlice>;
  /** The cron tick's sweep: does whatever is overdue, and answers when the object is up. It is told what the sweeper knows. */
  sweep(known?: Known): Promise<Known>;
  /** What it has counted since it was last started. */
  stats(): Promise<ShardStats & Known>;
}

/** How `BrokerClient.submit` goes about. */
export interface SubmitOptions {
  /** As in `Submission`. */
  waitSeconds?: number;
  /** Default: a nonce of the client's own, of which this is the first sending. */
  sent?: Sent;
  /** The calls are those of a canvas. */
  plan?: WorkflowPlan;
  /** The request that submits asks nothing else of the broker, and ends with the answer: it costs less. */
  last?: boolean;
}

/** What other rooms are handed instead of a stub. */
export interface BrokerClient extends CanvasClient {
  /** Lists of tasks, and work on many of them. */
  readonly looks: LookClient;
  /** Submits calls to one shard (all or nothing); repeats by itself when the object was reset, without doubling. */
  submit(calls: Call[], options?: SubmitOptions): Promise<Accepted | Refused>;
  result(id: string, waitSeconds: number): Promise<Lookup>;
  claim(shard: number, request: ClaimRequest): Promise<Grant>;
  report(shard: number, request: ReportRequest): Promise<Grant>;
  update(shard: number, request: StateUpdate): Promise<{ held: boolean }>;
  /** Forgets the result of an ended task: it reads as expired from then on. */
  forget(id: string): Promise<Forgotten>;
  /** Not repeated by itself: the holder counts its time from each sending, and knows how much is left. */
  news(shard: number, request: NewsRequest): Promise<News>;
  /** Revokes tasks, wherever they are; what became of each, in the order of the ids. */
  revoke(ids: readonly string[], options?: { terminate?: boolean }): Promise<Revocation[]>;
  /** Revokes what a filter means, on every shard; how many tasks. The count may be too low when an answer got lost on its way. */
  revokeWhere(filter: TaskFilter, options?: { terminate?: boolean; dryRun?: boolean }): Promise<number>;
  /** Revokes what bears one of these stamps, and for three hours whatever comes that does; how many were there. */
  revokeStamps(headers: StampedHeaders, options?: { terminate?: boolean }): Promise<number>;
  /** Ends all that waits in a queue; how many tasks. */
  purge(queue: string): Promise<number>;
  /** Sweeps every shard, those too that new work does not go to any more. */
  sweep(): Promise<void>;
  /** Grants nothing of a queue from now on, at any shard; see `BrokerApi`. A shard that is added later does not know of it: tell it again. */
  pause(queue: string): Promise<void>;
  /** Grants tasks of a queue again. */
  resume(queue: string): Promise<void>;
  /** Sets a task's rate at every shard; one that is added later does not know of it: set it again. */
  limit(request: Omit<LimitRequest, "version">): Promise<void>;
  timeLimit(request: Omit<TimeLimitRequest, "version">): Promise<void>;
  /** What each shard has counted. */
  stats(): Promise<ShardStats[]>;
}

/** The body of a queue message: which queue of which shard has work. Nothing else travels on the transport. */
export interface Bell {
  queue: string;
  shard: number;
}
