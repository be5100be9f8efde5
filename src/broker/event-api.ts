/** What rooms and the broker say to each other about events. Nothing of it is ever written down. */

import type { Columns } from "../core/columns.ts";
import type { EventPlace } from "../core/event-places.ts";
import type { EventFilter, TaskEvent } from "../core/task-event.ts";
import type { Known } from "./known.ts";

/** Asks a shard for what has happened since. */
export interface EventsRequest {
  version: 1;
  filter: EventFilter;
  /** Where the answer before ended; null: answered at once with where it stands now. */
  after: EventPlace | null;
  /** How long to wait for the first event. */
  waitMilliseconds: number;
  /** At most so many events. */
  most: number;
}

/** What has happened at a shard, oldest first; maybe nothing in that time. */
export interface EventsPart extends Known {
  /** Where to go on. */
  place: EventPlace;
  /** Events behind the place that was asked for are forgotten, or were never remembered: it goes on from now. */
  missed: boolean;
  events: TaskEvent[];
  /** The same in columns, when they are many; `events` is empty then. */
  columns?: Columns;
}

/** The part of a Broker object's RPC surface that is about events. */
export interface EventApi {
  /** A long poll. Whoever asks makes the shard remember events, until nobody has asked for 30 s. */
  events(request: EventsRequest): Promise<EventsPart>;
}

/** Where events of a deployment come from. */
export interface EventSource {
  /** How many shards are sure to be there. */
  shards: number;
  events(shard: number, request: EventsRequest): Promise<EventsPart>;
}
