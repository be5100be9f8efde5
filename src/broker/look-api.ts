/** What rooms and the broker say to each other about lists of tasks; part of api.ts. */

import type { TaskRecord } from "../core/result.ts";
import type { ListFilter, ListPlace } from "../core/task-list.ts";
import type { Known } from "./known.ts";

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

/** The part of a Broker object's RPC surface that is about lists of tasks. */
export interface LookApi {
  newest(request: NewestRequest): Promise<NewestPart>;
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
}
