import type { Fault } from "../core/errors.ts";
import { describeValue, isPlainObject } from "../core/json-value.ts";
import { findUnsafe } from "../core/wire/json-guard.ts";
import { contentType, parseJson, readBody } from "./body.ts";
import { faultyProblem, Problem } from "./problem.ts";

/**
 * Reads a body that is a JSON object of options; an absent or blank one has none.
 * @param known the options there are
 * @throws Problem `bad_body` for what is no object, `bad_option` naming every key that is none of `known`
 */
export async function readBodyObject(request: Request, known: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const text = await readBody(request);
  if (text.trim() === "") return {};
  contentType(request, ["application/json"]);
  const body = parseJson(text);
  if (!isPlainObject(body)) {
    const message = `expected an object, got ${describeValue(body)}`;
    throw new Problem("bad_body", message, { faults: [{ path: "", message }] });
  }
  const faults = findUnsafe(text, body);
  if (faults.length > 0) throw faultyProblem("bad_body", faults);
  const strange = Object.keys(body).filter((key) => !known.includes(key));
  const message = `no option of this route; there are ${known.join(", ")}`;
  if (strange.length > 0)
    throw faultyProblem(
      "bad_option",
      strange.slice(0, 100).map((path): Fault => ({ path: path.slice(0, 80), message })),
    );
  return body;
}

/** Reads true or false; absent: false. A fault is added to `faults`. */
export function readFlag(body: Readonly<Record<string, unknown>>, name: string, faults: Fault[]): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") faults.push({ path: name, message: `expected true or false, got ${describeValue(value)}` });
  return value === true;
}
