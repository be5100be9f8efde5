import type { Context } from "hono";
import type { Fault } from "../core/errors.ts";
import type { ListFilter } from "../core/task-list.ts";
import { readInstant } from "../core/wire/instant.ts";
import { faultyProblem } from "./problem.ts";

const NAMES = ["status", "name", "queue", "root_id", "since", "until"];
/** Not a part of the filter. */
const OTHERS = ["limit", "cursor", "options"];
const LONGEST = 255;

/**
 * Reads the filter of a list from a query: `status` (several times: any of them), `name`, `queue`, `root_id`, `since` and `until` (ISO 8601; without an offset a time of
 * `timezone`).
 * @throws Problem `bad_query` naming every parameter that does not fit, those among them that there are not: a filter that is not understood would list everything
 */
export function readListQuery(c: Context, timezone: string): ListFilter {
  const query = c.req.queries();
  const faults: Fault[] = [];
  const filter: ListFilter = {};
  for (const name of Object.keys(query)) {
    if (!NAMES.includes(name) && !OTHERS.includes(name))
      faults.push({ path: name.slice(0, 80), message: `no parameter of this route; there are ${[...NAMES, ...OTHERS].join(", ")}` });
  }
  const one = (name: string): string | undefined => {
    const values = query[name] ?? [];
    const [value] = values;
    if (value === undefined) return undefined;
    if (values.length === 1 && value !== "" && value.length <= LONGEST) return value;
    faults.push({ path: name, message: `expected one text of 1 to ${LONGEST} characters, got ${JSON.stringify(values).slice(0, 80)}` });
    return undefined;
  };
  const { status } = query;
  if (status !== undefined) {
    filter.status = status.map((state) => state.toUpperCase());
    if (status.length > 20 || status.some((state) => state === "" || state.length > LONGEST))
      faults.push({ path: "status", message: "expected the name of a state, such as FAILURE, or up to 20 of them" });
  }
  const name = one("name");
  if (name !== undefined) filter.name = name;
  const queue = one("queue");
  if (queue !== undefined) filter.queue = queue;
  const rootId = one("root_id");
  if (rootId !== undefined) filter.rootId = rootId.toLowerCase();
  for (const each of ["since", "until"] as const) {
    const text = one(each);
    const instant = text === undefined ? undefined : readInstant(text, timezone);
    if (instant !== undefined) filter[each] = instant;
    else if (text !== undefined)
      faults.push({
        path: each,
        message: `expected an ISO-8601 time such as 2026-12-24T18:00:00+01:00, got ${JSON.stringify(text.slice(0, 40))}`,
      });
  }
  if (faults.length > 0) throw faultyProblem("bad_query", faults);
  return filter;
}
