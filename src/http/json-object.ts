import { describeValue, isPlainObject } from "../core/json-value.ts";
import { findUnsafe } from "../core/wire/json-guard.ts";
import { contentType, parseJson, readBody } from "./body.ts";
import { faultyProblem, Problem } from "./problem.ts";

/** Reads a body that must be a JSON object; `example` shows one. @throws Problem for anything else, as `readBody` and `parseJson` do. */
export async function readJsonObject(request: Request, example: string): Promise<Record<string, unknown>> {
  const text = await readBody(request);
  contentType(request, ["application/json"]);
  const body = parseJson(text);
  if (!isPlainObject(body)) {
    const message = `expected an object such as ${example}, got ${describeValue(body)}`;
    throw new Problem("bad_body", message, { faults: [{ path: "", message }] });
  }
  const faults = findUnsafe(text, body);
  if (faults.length > 0) throw faultyProblem("bad_body", faults);
  return body;
}
