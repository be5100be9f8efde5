/** Celery's `task_annotations`: the configuration changes the options of tasks that the code registered. */
import type { Fault } from "./errors.ts";
import { describeValue, isPlainObject, memberPath } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import { readRunOptions } from "./run-options.ts";
import { toCamelCase, toSnakeCase } from "./snake-case.ts";

/** What the configuration says of one task, or of all (`*`). Names are those of task options in TypeScript; what they hold was checked. */
export interface Annotation {
  task: string;
  options: Readonly<Record<string, unknown>>;
}

/** The options that may be annotated: all that say how a task runs, not what it is. By Celery's names. */
const OPTIONS: readonly string[] = [
  "acks_late",
  "acks_on_failure",
  "acks_on_failure_or_timeout",
  "acks_on_timeout",
  "default_retry_delay",
  "expires",
  "ignore_result",
  "max_retries",
  "priority",
  "queue",
  "rate_limit",
  "reject_on_worker_lost",
  "retry_backoff",
  "retry_backoff_max",
  "retry_jitter",
  "soft_time_limit",
  "store_errors_even_if_ignored",
  "time_limit",
  "track_started",
];

/**
 * Reads `task_annotations`: a table of tables by the task's name or `*`, or a list of such tables, of which the first that names a task counts. `null` and nothing
 * are none. Tells every fault, with paths that begin with `path`: options that cannot be annotated, with the nearest name, and what they may not hold. `@` wrappers
 * (`@on_failure`) are Python's way of changing code from outside, and refused.
 */
export function readAnnotations(value: unknown, path: string): { annotations: Annotation[]; faults: Fault[] } {
  const annotations: Annotation[] = [];
  const faults: Fault[] = [];
  const tables = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  for (const [index, table] of tables.entries()) {
    const at = Array.isArray(value) ? `${path}[${index}]` : path;
    if (!isPlainObject(table)) {
      faults.push({ path: at, message: `expected a table such as { "tasks.add" = { rate_limit = "10/s" } }, got ${describeValue(table)}` });
      continue;
    }
    for (const [task, options] of Object.entries(table)) {
      const known = annotations.some((annotation) => annotation.task === task);
      const read = readOptions(options, memberPath(at, task), faults);
      if (!known) annotations.push({ task, options: read });
    }
  }
  return { annotations, faults };
}

/** What the configuration says of a task: of all, and of it by name, which wins. (In Celery what is said of all would win.) */
export function annotationsOf(name: string, annotations: readonly Annotation[]): Readonly<Record<string, unknown>> {
  const said = (task: string) => annotations.find((annotation) => annotation.task === task)?.options ?? {};
  return { ...said("*"), ...said(name) };
}

/** Remarks for people: annotations of tasks that there are not, which would change nothing, with the nearest name of those that there are. */
export function findStrayAnnotations(annotations: readonly Annotation[], names: readonly string[]): string[] {
  const strays = annotations.filter(({ task }) => task !== "*" && !names.includes(task));
  return strays.map(({ task }) => `task_annotations: no task is registered under the name '${task}'${didYouMean(task, names)}`);
}

function readOptions(options: unknown, path: string, faults: Fault[]): Record<string, unknown> {
  if (!isPlainObject(options)) {
    faults.push({ path, message: `expected a table of task options, got ${describeValue(options)}` });
    return {};
  }
  const read: [string, unknown][] = [];
  for (const [name, value] of Object.entries(options)) {
    if (OPTIONS.includes(name)) {
      read.push([toCamelCase(name), value]);
      continue;
    }
    const hint = didYouMean(name, OPTIONS) || `; there are ${OPTIONS.join(", ")}`;
    const message = name.startsWith("@")
      ? "handlers cannot be wrapped from the configuration: give them in code, where the task is registered"
      : `'${name}' is no option that can be annotated${hint}`;
    faults.push({ path: memberPath(path, name), message });
  }
  const said = Object.fromEntries(read);
  for (const fault of readRunOptions(said).faults) faults.push({ ...fault, path: memberPath(path, toSnakeCase(fault.path)) });
  return said;
}
