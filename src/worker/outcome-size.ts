import type { Outcome } from "../core/result.ts";

/** Characters of a task's id in JSON, with what parts it from the next. */
const ID_LENGTH = 39;

/** About how many characters an outcome takes in a report: it brings its children's ids, a retry may bring a line, and what takes its place its calls. */
export function sizeOf(outcome: Outcome): number {
  const { result, traceback, children } = outcome;
  const line = outcome.state === "RETRY" ? outcome.again.line : undefined;
  const brought = outcome.state === "REPLACED" ? outcome.by.calls.reduce((sum, call) => sum + call.line.length, 0) : 0;
  return brought + result.length + (traceback?.length ?? 0) + (children?.length ?? 0) * ID_LENGTH + (line?.length ?? 0);
}

/** How many of the first outcomes fit into one report of so many characters: at least one, if there is any. */
export function countFitting(outcomes: readonly Outcome[], most: number): number {
  let size = 0;
  for (const [index, outcome] of outcomes.entries()) {
    size += sizeOf(outcome);
    if (size > most && index > 0) return index;
  }
  return outcomes.length;
}
