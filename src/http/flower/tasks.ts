import { readSearch, type Search } from "../../core/flower-search.ts";
import { type FlowerListQuery, flowerList, SORT_FIELDS } from "../../core/wire/flower-list.ts";
import { readInstant } from "../../core/wire/instant.ts";
import type { NewestTasks, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { flowerAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";

/** So many of the newest tasks are looked at; clients of Flower ask without a limit. */
const MOST_TASKS = 10_000;

/**
 * `GET /api/tasks` with `limit`, `offset`, `sort_by` (`name state received started`, `-` before it: descending), `taskname`, `workername`, `state`, `received_start`, `received_end`
 * (`2026-11-22 14:00`, UTC) and `search` (core/flower-search.ts): the tasks that are meant among the newest 10,000, by their ids, in order. `X-Total-Count` says among how many, and
 * `X-Truncated: true` that there are older ones. 400 for a parameter that does not fit; what is wrong with a search is told as JSON, `{"error": …}`.
 */
export function tasks(newest: NewestTasks): RouteHandler {
  return async (c) => {
    const query = await FlowerArguments.read(c);
    const read = readSearch(query.text("search") ?? "");
    if ("error" in read) throw new Problem("bad_search", read.error);
    const wanted = listQuery(query, read.search);
    const { records, more } = await newest(c.env, MOST_TASKS);
    return flowerAnswer(c, flowerList(records, wanted), {
      "x-total-count": String(records.length),
      ...(more ? { "x-truncated": "true" } : {}),
    });
  };
}

function listQuery(query: FlowerArguments, search: Search): FlowerListQuery {
  return {
    limit: query.integer("limit"),
    offset: query.integer("offset") ?? 0,
    sortBy: sortOf(query.text("sort_by")),
    name: filterOf(query.text("taskname")),
    worker: filterOf(query.text("workername")),
    state: filterOf(query.text("state")),
    receivedFrom: minuteOf(query, "received_start"),
    receivedUntil: minuteOf(query, "received_end"),
    search,
  };
}

/** `All` is Flower's word for no filter. */
function filterOf(text: string | undefined): string | undefined {
  return text === "" || text === "All" ? undefined : text;
}

function sortOf(text: string | undefined): FlowerListQuery["sortBy"] {
  if (text === undefined || text === "") return undefined;
  const descending = text.startsWith("-");
  const field = SORT_FIELDS.find((each) => each === (descending ? text.slice(1) : text));
  if (field !== undefined) return { field, descending };
  throw new Problem("bad_argument", `Invalid argument '${text.slice(0, 100)}': expected sort_by to be one of ${SORT_FIELDS.join(", ")}`);
}

function minuteOf(query: FlowerArguments, name: string): number | undefined {
  const text = query.text(name);
  if (text === undefined || text === "") return undefined;
  const instant = /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text) ? readInstant(text, "UTC") : undefined;
  if (instant !== undefined) return instant;
  throw new Problem("bad_argument", `Invalid argument '${text.slice(0, 100)}': expected ${name} to be a time such as 2026-11-22 14:00`);
}
