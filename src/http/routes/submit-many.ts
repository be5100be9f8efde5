import type { Call } from "../../core/call.ts";
import { type Fault, unknownTask } from "../../core/errors.ts";
import { describeValue, isPlainObject } from "../../core/json-value.ts";
import type { TaskDefinition, TaskRegistry } from "../../core/task-definition.ts";
import { jsonAnswer } from "../answer.ts";
import { contentType, readBody } from "../body.ts";
import { type Bulk, readBulk } from "../bulk.ts";
import { type CallSetting, type Composed, composeBody } from "../call-body.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { count, id, json, listOf, named, objectOf, text, told } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { FAULT_LIMIT, faultyProblem, Problem, type Reason } from "../problem.ts";
import { refusedProblem } from "../refused.ts";
import { readSending } from "../sending.ts";

/** How many tasks one call may hold: what fits an isolate's memory beside the body. */
const CALLS_LIMIT = 100_000;

/**
 * `POST /v1/tasks`: submits many tasks, all or nothing, from a JSON array or NDJSON. 202 with their ids in the order given;
 * `duplicates` lists the positions answered with an earlier task's id, where there are any. With the header `Celeriac-Nonce` (http/sending.ts) it
 * may be sent again.
 */
export function submitMany(parts: HttpParts): RouteHandler {
  return async (c, visitor) => {
    const request = c.req.raw;
    const sent = readSending(request, parts.clock.now());
    const text = await readBody(request);
    if (text.trim() === "") throw faultyProblem("bad_body", [{ path: "", message: "expected at least one task, got an empty body" }]);
    const bulk = readBulk(text, contentType(request, ["application/json", "application/x-ndjson"]));
    if (bulk.items.length === 0) throw faultyProblem("bad_body", [{ path: "", message: "expected at least one task, got none" }]);
    if (bulk.items.length > CALLS_LIMIT) {
      throw new Problem("too_large", `Expected at most ${CALLS_LIMIT} tasks in one call, got ${bulk.items.length}: send them in several.`);
    }
    visitor.countMore?.(bulk.items.length - 1);
    refuseSharedOptions(request, c.req.query("wait"));
    const calls = await composeAll(bulk, parts.registry, { config: parts.config(c.env), now: parts.clock.now(), named: true });
    const submitted = await parts.broker(c.env).submit(calls, { sent });
    if (!submitted.ok) throw refusedProblem(submitted, true);
    const duplicates = submitted.duplicates.length > 0 ? `,"duplicates":${JSON.stringify(submitted.duplicates)}` : "";
    return jsonAnswer(`{"task_ids":${JSON.stringify(submitted.ids)}${duplicates}}`, 202);
  };
}

/** Refuses what means one task: silently ignored, it would be missed only when it is needed. */
function refuseSharedOptions(request: Request, wait: string | undefined): void {
  if (request.headers.has("idempotency-key")) {
    const message = "the header is for one task: give each task its own `idempotency_key`";
    throw faultyProblem("bad_option", [{ path: "Idempotency-Key", message }]);
  }
  if (wait !== undefined)
    throw faultyProblem("bad_query", [{ path: "wait", message: "many tasks are not waited for: ask for the result of each" }]);
}

/** Composes every call. @throws Problem with the faults of all of them, up to a little more than `FAULT_LIMIT`. */
async function composeAll(bulk: Bulk, registry: TaskRegistry<TaskDefinition>, setting: CallSetting): Promise<Call[]> {
  const calls: Call[] = [];
  const faults: Fault[] = [];
  const reasons = new Set<Reason>();
  for (const [index, item] of bulk.items.entries()) {
    const outcome = composeItem(item, registry, setting);
    // An await for each of a hundred thousand calls would cost more than making them.
    const composed = outcome instanceof Promise ? await outcome : outcome;
    if (composed.ok) {
      calls.push(composed.call);
      continue;
    }
    reasons.add(composed.reason);
    for (const { path, message } of composed.faults) faults.push({ path: itemPath(index, path), message: bulk.place(index) + message });
    if (faults.length > FAULT_LIMIT) break;
  }
  if (faults.length > 0) throw faultyProblem(reasons.size === 1 && reasons.has("too_large") ? "too_large" : "bad_calls", faults);
  return calls;
}

function composeItem(item: unknown, registry: TaskRegistry<TaskDefinition>, setting: CallSetting): Composed | Promise<Composed> {
  if (!isPlainObject(item)) {
    const message = `expected an object such as {"task": "tasks.add", "args": [2, 3]}, got ${describeValue(item)}`;
    return { ok: false, reason: "bad_body", faults: [{ path: "", message }] };
  }
  const name = item.task;
  if (typeof name !== "string") {
    const message = `expected the name of a task, got ${name === undefined ? "nothing" : describeValue(name)}`;
    return { ok: false, reason: "bad_body", faults: [{ path: "task", message }] };
  }
  const definition = registry.get(name);
  if (definition !== undefined) return composeBody(definition, item, setting);
  return { ok: false, reason: "unknown_task", faults: [{ path: "task", message: unknownTask(name, registry.names()) }] };
}

function itemPath(index: number, path: string): string {
  return path === "" ? `[${index}]` : `[${index}].${path}`;
}

/** What `GET /openapi.json` tells of it. */
export const submitManyAbout: RouteAbout = {
  id: "submitTasks",
  tag: "tasks",
  summary: "Submit many tasks, all or nothing",
  text: "A JSON array or NDJSON of calls, at most 100,000.",
  headers: { "Celeriac-Nonce": told(text, "`<uuid>; attempt=2; age=1.5`: lets the same request be sent again for ten minutes.") },
  body: {
    required: true,
    content: {
      "application/json": { type: "array", items: named("NamedCall"), minItems: 1, maxItems: CALLS_LIMIT },
      "application/x-ndjson": { type: "string" },
    },
  },
  answers: {
    202: json(
      "Accepted: the ids in the order given, and the positions of duplicates.",
      objectOf({ task_ids: listOf(id) }, { optional: { duplicates: listOf(count) } }),
    ),
  },
  problems: ["bad_calls", "bad_option", "bad_query", "task_id_taken", "idempotency_mismatch", "backlog_full", "rate_limited"],
};
