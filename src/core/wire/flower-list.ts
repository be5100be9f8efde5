import type { Line } from "../call.ts";
import { matchesSearch, type Search, type Searchable } from "../flower-search.ts";
import type { TaskRecord } from "../result.ts";
import { flowerTask } from "./flower-task.ts";

/** What Flower's lists are sorted by. */
export const SORT_FIELDS = ["name", "state", "received", "started"] as const;

/** Which tasks a list is to show, and in what order; what is absent is not asked. */
export interface FlowerListQuery {
  /** At most so many; 0 or fewer: none. */
  limit?: number | undefined;
  /** Skip so many. */
  offset: number;
  /** Absent: by the time of the last event, newest first. */
  sortBy?: { field: (typeof SORT_FIELDS)[number]; descending: boolean } | undefined;
  name?: string | undefined;
  worker?: string | undefined;
  /** In any case. */
  state?: string | undefined;
  /** Milliseconds since 1970, both included. */
  receivedFrom?: number | undefined;
  receivedUntil?: number | undefined;
  search: Search;
}

type Document = Record<string, unknown>;

/**
 * Flower's `/api/tasks` as JSON text: an object of tasks (core/wire/flower-task.ts) by their ids, in order. It is written by hand, for an object of JavaScript's would put
 * keys that look like numbers first. A task that no consumer took yet has no `worker`.
 */
export function flowerList(records: readonly TaskRecord[], query: FlowerListQuery): string {
  const { limit = Number.POSITIVE_INFINITY, offset, sortBy } = query;
  const meant = records.flatMap((record) => {
    const task = flowerTask(record);
    return isMeant(record, task, query) ? [task] : [];
  });
  const sorted =
    sortBy === undefined ? meant.sort((a, b) => compare(b.timestamp, a.timestamp)) : sort(meant, sortBy.field, sortBy.descending);
  const page = limit <= 0 ? [] : sorted.slice(Math.max(0, offset), Math.max(0, offset) + limit);
  return `{${page.map((task) => `${JSON.stringify(task.uuid)}:${write(task)}`).join(",")}}`;
}

function isMeant(
  record: TaskRecord,
  task: Document,
  { name, worker, state, receivedFrom, receivedUntil, search }: FlowerListQuery,
): boolean {
  if (name !== undefined && task.name !== name) return false;
  if (worker !== undefined && task.worker !== worker) return false;
  if (state !== undefined && record.state.toLowerCase() !== state.toLowerCase()) return false;
  if (receivedFrom !== undefined && record.receivedAt < receivedFrom) return false;
  if (receivedUntil !== undefined && record.receivedAt > receivedUntil) return false;
  if (search.op === "and" && search.parts.length === 0) return true;
  return matchesSearch(search, searchableOf(record, task));
}

function searchableOf(record: TaskRecord, task: Document): Searchable {
  const { kwargs = {} } = JSON.parse(record.line) as Line;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    uuid: record.id,
    name: text(task.name),
    state: record.state,
    worker: text(task.worker),
    args: text(task.args),
    kwargs: text(task.kwargs),
    result: text(task.result) || text(task.exception),
    pairs: new Map(Object.entries(kwargs).map(([key, value]) => [key, typeof value === "string" ? value : (JSON.stringify(value) ?? "")])),
  };
}

function sort(tasks: Document[], field: string, descending: boolean): Document[] {
  return tasks.sort((a, b) => (descending ? compare(b[field], a[field]) : compare(a[field], b[field])));
}

/** Numbers and texts in their order; what is missing comes first. */
function compare(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (one === null || one === undefined) return -1;
  if (other === null || other === undefined) return 1;
  return (one as number | string) < (other as number | string) ? -1 : 1;
}

function write(task: Document): string {
  const { worker, ...rest } = task;
  return JSON.stringify(worker === null ? rest : task);
}
