/** What rooms and the broker say to each other about lists of tasks; part of api.ts. */

import type { HistoryQuery } from "../core/history.ts";
import type { Intervals } from "../core/interval-ring.ts";
import type { TaskRecord } from "../core/result.ts";
import type { JobProgress, TaskJob } from "../core/task-job.ts";
import type { ListFilter, ListPlace } from "../core/task-list.ts";
import type { InspectedTask } from "../core/wire/inspect-document.ts";
import type { Known } from "./known.ts";
import type { Refused } from "./repeatable.ts";

/** Asks a shard for its newest tasks that a filter means. */
export interface NewestRequest {
  version: 1;
  filter: ListFilter;
  /** At most so many. */
  limit: number;
  /** About so many characters of lines and results; one task at least is told, however large. */
  characters: number;
  /** Where to go on, this place included; null: with the newest. */
  from: ListPlace | null;
}

/** A bounded look at a shard's tasks, newest first. It may find few tasks, even none, and not be at the end. */
export interface NewestPart extends Known {
  records: TaskRecord[];
  /** Where each of them lies. */
  places: ListPlace[];
  /** Where to go on; null: there is nothing older. */
  next: ListPlace | null;
  /** What was not looked at was accepted at this instant, or before: milliseconds since 1970. */
  reached: number;
}

/** Begins work on many tasks. It may be sent again: the answer is then how far it is. */
export interface JobRequest extends TaskJob {
  version: 1;
  /** Made by the asker, the same for all shards (a UUID). */
  id: string;
}

/** How far a shard is with a job; null: it knows none of that id. */
export interface JobPart extends Known {
  job: JobProgress | null;
}

/** Makes the call of an ended task again, under a new id. It may be sent again with the same nonce: the answer is then the first one's. */
export interface RerunRequest {
  version: 1;
  id: string;
  nonce: string;
  /** 1 for the first sending. */
  attempt: number;
  /** When it was first sent: milliseconds since 1970. */
  sentAt: number;
}

/** The task that runs again has this id; or why none does: `unknown` and `expired` as in `Lookup`. `too_large`: the arguments that its canvas gave it would be too long. */
export type Rerun = { ok: true; id: string } | { ok: false; why: "unknown" | "expired" | "unfinished" | "too_large" } | Refused;

/** What can be looked at: what runs, what consumers hold beyond that, and what waits for its time. */
export type InspectKind = "active" | "reserved" | "scheduled";

/** Asks a shard for tasks of one kind, so many at most. */
export interface InspectRequest {
  version: 1;
  kind: InspectKind;
  most: number;
}

/** Tasks of one kind; what a consumer holds in the order that it was given. */
export interface InspectPart extends Known {
  tasks: InspectedTask[];
}

/** Asks a shard for what happened lately. */
export interface HistoryRequest extends HistoryQuery {
  version: 1;
}

/** What happened at a shard since it was last started. */
export interface HistoryPart extends Known {
  intervals: Intervals;
}

/** The part of a Broker object's RPC surface that is about lists of tasks, and work on many. */
export interface LookApi {
  newest(request: NewestRequest): Promise<NewestPart>;
  /** Begins a job on what the shard holds; its first slice is done when it is answered. */
  startJob(request: JobRequest): Promise<JobPart>;
  job(id: string): Promise<JobPart>;
  rerun(request: RerunRequest): Promise<Rerun>;
  inspect(request: InspectRequest): Promise<InspectPart>;
  history(request: HistoryRequest): Promise<HistoryPart>;
}

/** Which part of a list is asked for. */
export interface ListRequest {
  filter: ListFilter;
  /** At most so many. */
  limit: number;
  /** Of the part before; null: the newest tasks. */
  cursor: string | null;
}

/** A part of a list, newest first. */
export interface ListPart {
  records: TaskRecord[];
  /** For the next part; null: this was the last. */
  cursor: string | null;
}

/** What other rooms are handed of it. */
export interface LookClient {
  /** The newest tasks of all shards that a filter means; undefined: the cursor is none that was given. */
  newest(request: ListRequest): Promise<ListPart | undefined>;
  /** Begins work on the tasks that a filter means, at every shard; it goes on by itself. */
  startJob(job: TaskJob): Promise<JobProgress & { id: string }>;
  /** How far it is; undefined: there is none of that id, or it ended more than a day ago. */
  job(id: string): Promise<(JobProgress & { id: string }) | undefined>;
  /** Makes the call of an ended task again; repeats by itself without doubling. */
  rerun(id: string): Promise<Rerun>;
  /** Tasks of one kind at all shards, so many at most. */
  inspect(kind: InspectKind, most: number): Promise<InspectedTask[]>;
  /** What happened lately, summed over all shards. */
  history(query: HistoryQuery): Promise<Intervals>;
}
