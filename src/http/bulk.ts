import type { Fault } from "../core/errors.ts";
import { describeValue } from "../core/json-value.ts";
import { findUnsafe } from "../core/wire/json-guard.ts";
import { parseJson } from "./body.ts";
import { FAULT_LIMIT, faultyProblem, Problem } from "./problem.ts";

/** The tasks of a bulk body, parsed and not yet looked at. */
export interface Bulk {
  items: unknown[];
  /** Where in the body an item stands, as the beginning of a message: `line 7: ` in NDJSON, else "". */
  place(index: number): string;
}

/**
 * Parses a bulk body: a JSON array, or NDJSON (one JSON text a line; blank lines are skipped, `\r\n` ends a line too).
 * @throws Problem `not_json`, `bad_body` (no array, a key `__proto__`, nested too deeply), naming item and line.
 */
export function readBulk(text: string, type: "application/json" | "application/x-ndjson"): Bulk {
  const bulk = type === "application/json" ? readArray(text) : readLines(text);
  const faults = findUnsafe(text, bulk.items);
  if (faults.length > 0) throw faultyProblem("bad_body", faults);
  return bulk;
}

function readArray(text: string): Bulk {
  const value = parseJson(text);
  if (!Array.isArray(value)) {
    throw faultyProblem("bad_body", [{ path: "", message: `expected an array of tasks, got ${describeValue(value)}` }]);
  }
  return { items: value, place: () => "" };
}

function readLines(text: string): Bulk {
  const items: unknown[] = [];
  const lineNumbers: number[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      items.push(parseJson(line, { path: `[${items.length}]`, prefix: `line ${index + 1}: ` }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error);
      items.push(undefined);
    }
    lineNumbers.push(index + 1);
    if (problems.length > FAULT_LIMIT) break;
  }
  const [first] = problems;
  if (first !== undefined) {
    const faults: Fault[] = problems.flatMap((problem) => problem.faults);
    throw faultyProblem(first.reason, faults);
  }
  return { items, place: (index) => `line ${lineNumbers[index]}: ` };
}
