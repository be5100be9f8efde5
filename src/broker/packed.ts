/** Calls, grants and outcomes as they travel: many of them in columns, few as they are. */

import type { Call } from "../core/call.ts";
import { fromColumns, toColumns } from "../core/columns.ts";
import type { Outcome } from "../core/result.ts";
import type { Grant, GrantedTask, ReportRequest, Submission } from "./api.ts";

/** From so many records on, columns are the cheaper way. */
const MANY = 8;

/** A submit whose calls travel in columns, if they are many. */
export function packSubmission<T extends Pick<Submission, "calls">>(submission: T): T {
  const { calls } = submission;
  return calls.length < MANY ? submission : { ...submission, calls: [], columns: toColumns(calls) };
}

/** The submit as its maker wrote it. */
export function unpackSubmission(submission: Submission): Submission {
  const { columns, ...rest } = submission;
  return columns === undefined ? submission : { ...rest, calls: fromColumns<Call>(columns) };
}

/** A report whose outcomes travel in columns, if they are many. */
export function packReport<T extends ReportRequest>(report: T): T {
  const { outcomes } = report;
  return outcomes.length < MANY ? report : { ...report, outcomes: [], columns: toColumns(outcomes) };
}

/** The report as its maker wrote it. */
export function unpackReport<T extends ReportRequest>(report: T): T {
  const { columns, ...rest } = report;
  return columns === undefined ? report : ({ ...rest, outcomes: fromColumns<Outcome>(columns) } as unknown as T);
}

/** A grant whose tasks travel in columns, if they are many and who asked reads columns. */
export function packGrant(grant: Grant, { readsColumns = false }: { readsColumns?: boolean }): Grant {
  const { tasks } = grant;
  return tasks.length < MANY || !readsColumns ? grant : { ...grant, tasks: [], columns: toColumns(tasks) };
}

/** The grant as the broker made it. */
export function unpackGrant(grant: Grant): Grant {
  const { columns, ...rest } = grant;
  return columns === undefined ? grant : { ...rest, tasks: fromColumns<GrantedTask>(columns) };
}
