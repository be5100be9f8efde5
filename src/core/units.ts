import type { TaskSeries } from "./task-tally.ts";

/** What is billed, counted. */
export interface Units {
  /** Rows of the object's SQLite, setting an alarm not among them. */
  rowsWritten: number;
  rowsRead: number;
  /** Each setting of the alarm is billed as a row written, which no cursor shows. */
  alarmsSet: number;
  /** Calls of the object, and alarms that fired. */
  objectRequests: number;
  /** Wall time (milliseconds) in which the object could not hibernate: calls in flight, long polls among them, and timers. */
  awakeMilliseconds: number;
  /** Messages put on the transport and taken from it: a write, a read and a delete are three operations. */
  messagesSent: number;
  messagesReceived: number;
  /** Requests to the Worker script that led here: submits, results, bells answered, cron ticks. */
  workerRequests: number;
}

/** Tasks, counted. */
export interface TaskCounts {
  accepted: number;
  ended: number;
  /** Deleted with their page. */
  expired: number;
}

/** What one queue of a shard holds. Of what lies on disk only a thousand pages are counted: what is beyond them is in the backlog only. */
export interface QueueCounts {
  queue: string;
  /** To be handed out now. */
  ready: number;
  /** Handed out, and not ended. */
  leased: number;
  /** Waiting for an instant of their own. */
  scheduled: number;
  /** Nothing of it is handed out. An object of an earlier version does not say. */
  paused?: boolean;
  /** For how long that is ready which has waited longest, in seconds; null: nothing is ready. An object of an earlier version does not say. */
  oldestSeconds?: number | null;
}

/** How full a shard is. */
export interface BacklogCount {
  /** Tasks accepted and not ended; for some time after a reset perhaps some thousand too many. */
  unfinished: number;
  /** How many there may be (`broker_backlog_limit`). */
  limit: number;
}

/** What one shard has counted since its object was last started; counting costs no rows, so a reset begins anew. */
export interface ShardStats {
  shard: number;
  /** Milliseconds since 1970. */
  since: number;
  tasks: TaskCounts;
  units: Units;
  /** At the moment. An object of an earlier version answers neither. */
  backlog?: BacklogCount;
  queues?: QueueCounts[];
  /** By the tasks' names, of which 200 are told apart; the others are counted as `other`. An object of an earlier version does not say. */
  byTask?: TaskSeries[];
}

/** Nothing counted yet. */
export function noUnits(): Units {
  return {
    rowsWritten: 0,
    rowsRead: 0,
    alarmsSet: 0,
    objectRequests: 0,
    awakeMilliseconds: 0,
    messagesSent: 0,
    messagesReceived: 0,
    workerRequests: 0,
  };
}
