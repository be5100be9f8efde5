import type { FaultKind } from "./faults.ts";
import type { History } from "./history.ts";
import type { Violation } from "./violation.ts";

/** What many histories came to; plain data, so that threads can hand it over. */
export interface Summary {
  histories: number;
  tasks: number;
  /** How many submits were refused for want of room. */
  full: number;
  /** How many canvases came to what they mean. */
  canvases: number;
  struck: number;
  /** How often each kind of fault was struck. */
  faults: Map<FaultKind, number>;
  /** The seeds whose history broke an invariant. */
  broken: { seed: number; violation: Violation }[];
  /** The fewest tasks and faults that one history had. */
  fewestTasks: number;
  fewestFaults: number;
}

/** Of no history. */
export function emptySummary(): Summary {
  const none = Number.POSITIVE_INFINITY;
  return { histories: 0, tasks: 0, full: 0, canvases: 0, struck: 0, faults: new Map(), broken: [], fewestTasks: none, fewestFaults: none };
}

/** Adds one history. */
export function addHistory(summary: Summary, { seed, violation, tasks, full, canvases, struck, faults }: History): void {
  addSummary(summary, {
    histories: 1,
    tasks,
    full,
    canvases,
    struck,
    faults: new Map(faults),
    broken: violation === undefined ? [] : [{ seed, violation }],
    fewestTasks: tasks,
    fewestFaults: struck,
  });
}

/** Adds what another thread has run. */
export function addSummary(summary: Summary, more: Summary): void {
  summary.histories += more.histories;
  summary.tasks += more.tasks;
  summary.full += more.full;
  summary.canvases += more.canvases;
  summary.struck += more.struck;
  summary.broken.push(...more.broken);
  summary.fewestTasks = Math.min(summary.fewestTasks, more.fewestTasks);
  summary.fewestFaults = Math.min(summary.fewestFaults, more.fewestFaults);
  for (const [kind, count] of more.faults) summary.faults.set(kind, (summary.faults.get(kind) ?? 0) + count);
}
