import type { TaskRecord } from "../../src/core/result.ts";

/** What was asked for by one call. */
export interface Order {
  token: string;
  kind: "ends" | "fails" | "poison";
  milliseconds: number;
  /** No other submit asks for the same. */
  sole: boolean;
  due?: number;
  expires?: number;
}

/** One execution of a task by a consumer. */
export interface Execution {
  value: string;
  finished: boolean;
}

/** All that is known of one task, by its id. */
export interface TaskFacts {
  id: string;
  token?: string;
  /** Its id was answered to the caller. */
  accepted: boolean;
  executions: Map<number, Execution>;
  /** The grant of each attempt that was decided last. */
  grants: Map<number, { lease: string; at: number }>;
  final?: Pick<TaskRecord, "state" | "result" | "doneAt">;
}
