import type { ResultsFilter } from "../../../client/filter.ts";
import type { TaskView } from "../../../client/task-view.ts";
import type { PlaceQuery } from "../../router.ts";

/** How far back a list goes; "": to the beginning. */
export const SINCES = [
  ["", "Any time"],
  ["900", "15 min"],
  ["3600", "1 h"],
  ["86400", "24 h"],
] as const;

/** Which tasks are listed. */
export interface TaskFilter {
  /** Any of these states; none: all. */
  status: readonly string[];
  name: string;
  queue: string;
  /** Seconds back from now, as text; or "". */
  since: string;
  /** Looked for by this page in name, id, arguments and result, of what the other conditions let through. */
  text: string;
}

/** Reads the filter that an address holds. */
export function filterOf(query: URLSearchParams): TaskFilter {
  return {
    status: query.getAll("status"),
    name: query.get("name") ?? "",
    queue: query.get("queue") ?? "",
    since: SINCES.map(([value]) => value).find((value) => value === query.get("since")) ?? "",
    text: query.get("text") ?? "",
  };
}

/** The query of a place that holds the filter. */
export function queryOfFilter(filter: TaskFilter): PlaceQuery {
  return { ...filter };
}

/** What the deployment is asked for: all but the text. */
export function askedOf({ status, name, queue, since }: TaskFilter, now: number): ResultsFilter {
  return {
    ...(status.length > 0 ? { status } : {}),
    ...(name === "" ? {} : { name }),
    ...(queue === "" ? {} : { queue }),
    ...(since === "" ? {} : { since: new Date(now - Number(since) * 1000) }),
  };
}

/** Whether a task has the text, in whatever case. */
export function hasText(task: TaskView, text: string): boolean {
  if (text === "") return true;
  const { id, name, args, kwargs, result, traceback } = task;
  const all = [id, name, JSON.stringify(args), JSON.stringify(kwargs), JSON.stringify(result ?? null), traceback ?? ""].join("\n");
  return all.toLowerCase().includes(text.toLowerCase());
}
