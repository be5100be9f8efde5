import type { BrokerClient } from "../../broker/api.ts";
import { unknownTask } from "../../core/errors.ts";
import { describeValue, isPlainObject } from "../../core/json-value.ts";
import type { TaskRecord } from "../../core/result.ts";
import { isFinal } from "../../core/state.ts";
import { findUnsafe } from "../../core/wire/json-guard.ts";
import { renderResult } from "../../core/wire/result-document.ts";
import { jsonAnswer } from "../answer.ts";
import { contentType, parseJson, readBody } from "../body.ts";
import { composeBody } from "../call-body.ts";
import { requireScope } from "../doorkeeper.ts";
import { isLinked, submitLinked } from "../linked-call.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, named, text, told } from "../openapi/schemas.ts";
import type { HttpContext, HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem, Problem } from "../problem.ts";
import { refusedProblem } from "../refused.ts";
import { readSending } from "../sending.ts";
import { readWait } from "../wait.ts";

/**
 * `POST /v1/tasks/{name}`: submits one task. 202 with its id; with `?wait` or `Prefer: wait`, 200 with the result when the task
 * is final in time (a key then needs the scope `read` too). 200 with `"duplicate": true` when the idempotency key was used before. With the header
 * `Celeriac-Nonce` (http/sending.ts) it may be sent again.
 */
export function submitOne(parts: HttpParts): RouteHandler {
  return async (c, visitor) => {
    const request = c.req.raw;
    const sent = readSending(request, parts.clock.now());
    const text = await readBody(request);
    const name = c.req.param("name") ?? "";
    const definition = parts.registry.get(name);
    if (definition === undefined) throw faultyProblem("unknown_task", [{ path: "", message: unknownTask(name, parts.registry.names()) }]);
    const waitSeconds = readWait(c);
    if (waitSeconds > 0) requireScope(visitor, "read", "Waiting for a result");
    const body = readCallObject(request, text);
    const idempotencyKey = request.headers.get("idempotency-key") ?? undefined;
    const broker = parts.broker(c.env);
    const setting = { config: parts.config(c.env), now: parts.clock.now() };
    if (isLinked(body)) {
      const keyed = idempotencyKey === undefined ? body : { ...body, idempotency_key: idempotencyKey };
      const { id, record } = await submitLinked(name, keyed, { ...setting, registry: parts.registry, broker, waitSeconds, sent });
      return accepted(id, record, locationOf(c, id));
    }
    const composed = await composeBody(definition, body, { ...setting, idempotencyKey });
    if (!composed.ok) throw faultyProblem(composed.reason, composed.faults);
    const submitted = await broker.submit([composed.call], { waitSeconds: waitSeconds > 0 ? waitSeconds : undefined, sent, last: true });
    if (!submitted.ok) throw refusedProblem(submitted);
    const [id = ""] = submitted.ids;
    const { record } = submitted;
    const duplicate = submitted.duplicates.length > 0;
    const location = locationOf(c, id);
    if (!duplicate) return accepted(id, record, location);
    if (record === undefined || !isFinal(record.state)) return jsonAnswer(await describeDuplicate(broker, id), 200, location);
    return jsonAnswer(`${renderResult(record).slice(0, -1)},"duplicate":true}`, 200, location);
  };
}

/** Where the result is: beside this route, wherever that is mounted. */
function locationOf(c: HttpContext, id: string): string {
  const { path } = c.req;
  return `${path.slice(0, path.lastIndexOf("/v1/tasks/"))}/v1/results/${id}`;
}

/** The result, if the task has ended; else that it was accepted. */
function accepted(id: string, record: TaskRecord | undefined, location: string): Response {
  if (record !== undefined && isFinal(record.state)) return jsonAnswer(renderResult(record), 200, location);
  return jsonAnswer(`{"task_id":${JSON.stringify(id)},"status":"${record?.state ?? "PENDING"}"}`, 202, location);
}

/** The call's object; an absent or blank body is a call without arguments, whatever its content type. */
function readCallObject(request: Request, text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") return {};
  contentType(request, ["application/json"]);
  const body = parseJson(text);
  if (!isPlainObject(body)) {
    const message = `expected an object such as {"args": [2, 3]}, got ${describeValue(body)}`;
    throw new Problem("bad_body", message, { faults: [{ path: "", message }] });
  }
  const faults = findUnsafe(text, body);
  if (faults.length > 0) throw faultyProblem("bad_body", faults);
  return body;
}

async function describeDuplicate(broker: BrokerClient, id: string): Promise<string> {
  const lookup = await broker.result(id, 0);
  // The first call's result may have expired before its key; the id is still the answer.
  const status = lookup.found ? `,"status":"${lookup.record.state}"` : "";
  return `{"task_id":${JSON.stringify(id)}${status},"duplicate":true}`;
}

/** What `GET /openapi.json` tells of it. */
export const submitOneAbout: RouteAbout = {
  id: "submitTask",
  tag: "tasks",
  summary: "Submit one task",
  text: "An empty body calls the task without arguments. With wait, a key needs the scope `read` too.",
  query: { wait: told({ type: "number", minimum: 0, maximum: 60 }, "Seconds that the answer is held for the final state.") },
  headers: {
    "Idempotency-Key": told(text, "The same as the option idempotency_key."),
    Prefer: told(text, "`wait=5` (RFC 7240), the same as the query parameter."),
    "Celeriac-Nonce": told(text, "`<uuid>; attempt=2; age=1.5`: lets the same request be sent again for ten minutes."),
  },
  body: { required: false, content: { "application/json": named("Call") } },
  answers: {
    200: json("The result, final in time; or, as duplicate, what the idempotency key stands for.", {
      anyOf: [named("Result"), named("Submitted")],
    }),
    202: json("Accepted.", named("Submitted"), { Location: "Where its result is read." }),
  },
  problems: [
    "unknown_task",
    "bad_arguments",
    "bad_option",
    "bad_query",
    "unknown_queue",
    "task_id_taken",
    "idempotency_mismatch",
    "backlog_full",
    "rate_limited",
  ],
};
