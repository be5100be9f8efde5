import type { Outcome } from "../core/result.ts";

/** Characters of a task's id in JSON, with what parts it from the next. */
const ID_LENGTH = 39;

/** About how many characters an outcome takes in a report: it brings its children's ids, and a retry may bring a line. */
export function sizeOf(outcome: Outcome): number {
  const { result, traceback, children } = outcome;
  const line = outcome.state === "RETRY" ? outcome.again.line : undefined;
  return result.length + (traceback?.length ?? 0) + (children?.length ?? 0) * ID_LENGTH + (line?.length ?? 0);
}
