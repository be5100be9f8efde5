import type { CallLimits } from "../../src/core/call.ts";
import type { Again, TaskRecord } from "../../src/core/result.ts";
import type { Work } from "./work.ts";

/** What was asked for by one call. */
export interface Order extends Work {
  /** No other submit asks for the same. */
  sole: boolean;
  /** When it is due by the first of its submits, and by the last: any of them may be the one that was accepted. */
  due?: number;
  lastDue?: number;
  expires?: number;
  limits?: CallLimits | undefined;
  queue?: string;
}

/** One execution of a task by a consumer. */
export interface Execution {
  value: string;
  finished: boolean;
}

/** One grant of an attempt. */
export interface Granted {
  lease: string;
  at: number;
  retries: number;
  line: string;
  /** It has left its shard. */
  left?: boolean;
  /** It was made twice for one request before it left: the first may have been lost with its commit, so that `at` may be too early. */
  unsure?: boolean;
}

/** What the report of an attempt asked for instead of an end. */
export type Rerun = { state: "REJECTED" } | { state: "RETRY"; again: Again };

/** All that is known of one task, by its id. */
export interface TaskFacts {
  id: string;
  token?: string;
  /** Its id was answered to the caller. */
  accepted: boolean;
  /** When that was first, and when an attempt of it last returned: milliseconds since 1970. */
  acceptedAt?: number;
  finishedAt?: number;
  executions: Map<number, Execution>;
  /** The grant of each attempt that was decided last. */
  grants: Map<number, Granted>;
  /** By the attempt that was reported so. */
  reruns: Map<number, Rerun>;
  /** The states that its attempts have told of themselves. */
  told: Set<string>;
  /** Somebody has asked to revoke it, or to terminate it: whether that was done may be open. */
  asked?: "revoke" | "terminate";
  /** A revoke was answered so: it waited, or runs for the last time, or was ended while it ran. */
  revocation?: "revoked" | "flagged" | "terminated";
  final?: Pick<TaskRecord, "state" | "result" | "doneAt" | "retries">;
}
