import type { Call } from "../../core/call.ts";
import { CALL_OPTION_NAMES } from "../../core/call-options.ts";
import type { Fault } from "../../core/errors.ts";
import { describeValue, isPlainObject } from "../../core/json-value.ts";
import { toSnakeCase } from "../../core/snake-case.ts";
import type { TaskDefinition } from "../../core/task-definition.ts";
import { findUnsafe } from "../../core/wire/json-guard.ts";
import { parseJson, readBody } from "../body.ts";
import { composeBody } from "../call-body.ts";
import type { HttpContext, HttpParts } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

/** What of a body is read; whatever else there is means nothing to us (`exchange`, `serializer`, `compression`, `retry`, …). */
const KNOWN: ReadonlySet<string> = new Set(["args", "kwargs", "link", "link_error", ...CALL_OPTION_NAMES.map(toSnakeCase)]);
/** The one form of a time that Flower takes. */
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,6}$/;
const A_TIME = "a time such as 2026-12-24 18:00:00.000000";
const SECONDS = "a number of seconds";
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i;

/**
 * Reads the call of a task from the body of a submission: a JSON object with `args`, `kwargs` and options of `apply_async` beside them, whatever the Content-Type
 * says; nothing is a call without arguments. `countdown` and `expires` may be numbers in text; `eta` and `expires` a time such as
 * `2026-12-24 18:00:00.000000`, in `timezone`; `routing_key` names the queue where `queue` does not. Options that are not known are passed over.
 * @throws Problem for a body that is no such object, and with every fault of what it holds
 */
export async function readFlowerCall(c: HttpContext, parts: HttpParts, definition: TaskDefinition): Promise<Call> {
  const body = await readObject(c.req.raw);
  const faults: Fault[] = [];
  const call: Record<string, unknown> = Object.fromEntries(Object.entries(body).filter(([name]) => KNOWN.has(name)));
  if (call.queue === undefined && typeof body.routing_key === "string") call.queue = body.routing_key;
  if ("countdown" in call) readSeconds(call, "countdown", `expected ${SECONDS}`, faults);
  if ("eta" in call && !isTime(call.eta)) faults.push({ path: "eta", message: `expected ${A_TIME}, got ${describeValue(call.eta)}` });
  if ("expires" in call && !isTime(call.expires)) readSeconds(call, "expires", `expected ${SECONDS}, or ${A_TIME}`, faults);
  if (faults.length > 0) throw faultyProblem("bad_option", faults);
  const composed = await composeBody(definition, call, { config: parts.config(c.env), now: parts.clock.now() });
  if (!composed.ok) throw faultyProblem(composed.reason, composed.faults);
  return composed.call;
}

async function readObject(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await readBody(request);
  if (text.trim() === "") return {};
  const body = parseJson(text);
  const faults = isPlainObject(body)
    ? findUnsafe(text, body)
    : [{ path: "", message: `expected an object such as {"args": [2, 3]}, got ${describeValue(body)}` }];
  if (faults.length > 0) throw faultyProblem("bad_body", faults);
  return body as Readonly<Record<string, unknown>>;
}

function readSeconds(call: Record<string, unknown>, path: "countdown" | "expires", message: string, faults: Fault[]): void {
  const value = call[path];
  if (typeof value === "number") return;
  if (typeof value === "string" && NUMBER.test(value)) call[path] = Number(value);
  else faults.push({ path, message: `${message}, got ${describeValue(value)}` });
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && TIME.test(value);
}
