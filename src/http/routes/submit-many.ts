import type { BrokerClient, Sent } from "../../broker/api.ts";
import type { Call } from "../../core/call.ts";
import type { ComposedCanvas } from "../../core/canvas/compose-canvas.ts";
import { sideBySide } from "../../core/canvas/side-by-side.ts";
import type { WorkflowBody } from "../../core/canvas/workflow.ts";
import { type Fault, unknownTask } from "../../core/errors.ts";
import { describeValue, isPlainObject } from "../../core/json-value.ts";
import type { TaskDefinition, TaskRegistry } from "../../core/task-definition.ts";
import { jsonAnswer } from "../answer.ts";
import { contentType, readBody } from "../body.ts";
import { type Bulk, readBulk } from "../bulk.ts";
import { type CallSetting, type Composed, composeBody } from "../call-body.ts";
import { composeLinked, isLinked } from "../linked-call.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { count, id, json, listOf, named, objectOf, text, told } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { FAULT_LIMIT, faultyProblem, Problem, type Reason } from "../problem.ts";
import { refusedProblem } from "../refused.ts";
import { readSending } from "../sending.ts";

/** A call; or one with callbacks, as a canvas of one task. */
type Part = Call | WorkflowBody;

type MaybeLater<T> = T | Promise<T>;

/** How many tasks one call may hold: what fits an isolate's memory beside the body. */
const CALLS_LIMIT = 100_000;

/**
 * `POST /v1/tasks`: submits many tasks, all or nothing, from a JSON array or NDJSON. 202 with their ids in the order given;
 * `duplicates` lists the positions answered with an earlier task's id, where there are any. With the header `Celeriac-Nonce` (http/sending.ts) it
 * may be sent again.
 *
 * Calls may have callbacks (`link`, `link_error`). All are one workflow then, in one shard; what stands for an earlier call (`idempotency_key`, a task's `unique_for`) is
 * refused beside them.
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
    const setting = { config: parts.config(c.env), now: parts.clock.now(), named: true };
    const calls = await composeAll(bulk, parts.registry, setting);
    const broker = parts.broker(c.env);
    const submitted = calls.every(isPlain) ? await broker.submit(calls, { sent }) : await startLinked(calls, { bulk, broker, sent });
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

/** Submits calls of which some have callbacks. What is known by a key of its own would be answered with an earlier task, without the callbacks of the others. */
async function startLinked(calls: readonly Part[], { bulk, broker, sent }: { bulk: Bulk; broker: BrokerClient; sent: Sent | undefined }) {
  const message = "expected none in a body with link or link_error: send the calls without those in a body of their own";
  const faults: Fault[] = [];
  for (const [index, call] of calls.entries()) {
    if (!isPlain(call) || (call.idempotency === undefined && call.onceOnly !== true)) continue;
    const [path, what] = call.idempotency === undefined ? ["task", "the task is unique (unique_for): "] : ["idempotency_key", ""];
    faults.push({ path: itemPath(index, path), message: bulk.place(index) + what + message });
  }
  if (faults.length > 0) throw faultyProblem("bad_calls", faults);
  const started = await broker.start(sideBySide(calls), { sent });
  return started.ok ? { ...started, duplicates: [] } : started;
}

/** Composes every call. @throws Problem with the faults of all of them, up to a little more than `FAULT_LIMIT`. */
async function composeAll(bulk: Bulk, registry: TaskRegistry<TaskDefinition>, setting: CallSetting): Promise<Part[]> {
  const calls: Part[] = [];
  const faults: Fault[] = [];
  const reasons = new Set<Reason>();
  for (const [index, item] of bulk.items.entries()) {
    const outcome = composeItem(item, registry, setting);
    // An await for each of a hundred thousand calls would cost more than making them.
    const composed = outcome instanceof Promise ? await outcome : outcome;
    if (composed.ok) {
      calls.push("call" in composed ? composed.call : composed.workflow);
      continue;
    }
    reasons.add(composed.reason);
    for (const { path, message } of composed.faults) faults.push({ path: itemPath(index, path), message: bulk.place(index) + message });
    if (faults.length > FAULT_LIMIT) break;
  }
  if (faults.length > 0) throw faultyProblem(reasons.size === 1 && reasons.has("too_large") ? "too_large" : "bad_calls", faults);
  return calls;
}

function composeItem(item: unknown, registry: TaskRegistry<TaskDefinition>, setting: CallSetting): MaybeLater<Composed | ComposedCanvas> {
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
  if (definition !== undefined && isLinked(item)) {
    const { task: _, ...call } = item;
    return composeLinked(name, call, { ...setting, registry });
  }
  if (definition !== undefined) return composeBody(definition, item, setting);
  return { ok: false, reason: "unknown_task", faults: [{ path: "task", message: unknownTask(name, registry.names()) }] };
}

function isPlain(part: Part): part is Call {
  return !("plan" in part);
}

function itemPath(index: number, path: string): string {
  return path === "" ? `[${index}]` : `[${index}].${path}`;
}

/** What `GET /openapi.json` tells of it. */
export const submitManyAbout: RouteAbout = {
  id: "submitTasks",
  tag: "tasks",
  summary: "Submit many tasks, all or nothing",
  text: "A JSON array or NDJSON of calls, at most 100,000. A call may have callbacks: link and link_error.",
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
