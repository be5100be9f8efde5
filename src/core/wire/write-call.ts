import type { CallOptions } from "../call.ts";
import type { Fault } from "../errors.ts";
import { RefusedCall } from "../errors.ts";
import { findJsonFaults } from "../json-value.ts";
import { toSnakeCase } from "../snake-case.ts";
import { toTagged } from "./tagged-json.ts";

/** A call as `applyAsync` is given it. */
export type WrittenCall = CallOptions & { args?: readonly unknown[]; kwargs?: Readonly<Record<string, unknown>> };

/**
 * Writes a call as the JSON of `/v1/tasks` has it, which `readCall` reads: arguments with Celery's tags, options under Celery's names. What the options
 * hold, and whether the arguments fit, is for the reader to check. Paths of faults begin with `prefix`.
 * @throws RefusedCall ("bad_arguments") with every value that JSON cannot hold
 */
export function writeCall(task: string, call: WrittenCall, prefix = ""): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(call)) {
    if (value === undefined) continue;
    const json = value instanceof Date ? value : toTagged(value);
    written[toSnakeCase(name)] = json;
    faults.push(...findJsonFaults(json, prefix + name));
  }
  if (faults.length > 0) throw new RefusedCall("bad_arguments", faults, task);
  return written;
}
