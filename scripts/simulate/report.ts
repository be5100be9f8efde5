import { FAULT_KINDS } from "./faults.ts";
import type { History } from "./history.ts";
import type { Summary } from "./summary.ts";
import { INVARIANTS, type Violation } from "./violation.ts";

const TRACE_LINES = 60;

/** What many histories came to, for people. `seconds` is how long they took. */
export function writeSummary(summary: Summary, seconds: number): string {
  const { histories, tasks, full, canvases, struck, fewestTasks, fewestFaults, broken } = summary;
  const width = Math.max(...FAULT_KINDS.map((kind) => kind.length));
  const faults = FAULT_KINDS.map((kind) => `  ${kind.padEnd(width)} ${String(summary.faults.get(kind) ?? 0).padStart(9)}`);
  return [
    `${histories} histories in ${seconds.toFixed(1)} s (${(histories / seconds).toFixed(0)} a second), ${broken.length} broken`,
    `${tasks} tasks accepted, at least ${fewestTasks} a history; ${canvases} canvases; ${full} submits met a full backlog; ${struck} faults struck, at least ${fewestFaults} a history:`,
    ...faults,
  ].join("\n");
}

/** A broken invariant and what led to it. */
export function writeViolation({ seed, trace }: Pick<History, "seed" | "trace">, violation: Violation): string {
  const at = trace.lines.findIndex((line) => line.includes("BROKEN"));
  const lines = at < 0 ? trace.lines.slice(-TRACE_LINES) : trace.lines.slice(Math.max(0, at + 1 - TRACE_LINES), at + 1);
  return [
    ...lines,
    "",
    `Broken by seed ${seed}: ${INVARIANTS[violation.invariant]}.`,
    violation.message,
    `Play it again: npm run simulate -- --seed ${seed} --trace`,
  ].join("\n");
}
