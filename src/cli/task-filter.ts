import type { Command } from "commander";

/** A filter of tasks, as the flags say it. */
export interface FilterFlags {
  status?: string;
  name?: string;
  queue?: string;
  since?: string;
  until?: string;
}

const NAMES = ["status", "name", "queue", "since", "until"] as const;

/** Adds the flags of a filter to a command. */
export function addFilterOptions(command: Command): Command {
  return command
    .option("--status <state>", "only tasks in this state, such as FAILURE")
    .option("--name <task>", "only tasks of this name")
    .option("--queue <name>", "only tasks of this queue")
    .option("--since <time>", "only tasks accepted at this time or later, ISO 8601")
    .option("--until <time>", "only tasks accepted before this time");
}

/** The filter under the wire's names; empty when no flag says anything. */
export function readFilter(flags: FilterFlags): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const name of NAMES) {
    const value = flags[name];
    if (value !== undefined) filter[name] = name === "status" ? value.toUpperCase() : value;
  }
  return filter;
}
