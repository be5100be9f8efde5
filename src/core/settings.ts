/** Configuration in code: the settings of `[vars.celeryconfig]` by their names in TypeScript, for `new Celeriac(name, { … })`. */
import type { Config } from "./config.ts";
import { findSettingFaults, settingNames } from "./config.ts";
import { describeValue, isPlainObject } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import type { Route, RouteFunction } from "./routing.ts";
import type { RunOptions } from "./run-options.ts";
import { SettingFaults } from "./setting-faults.ts";
import { toCamelCase, toSnakeCase } from "./snake-case.ts";

/** Settings that are written otherwise than they are read. */
type Written = "taskQueues" | "queueBindings" | "taskRoutes" | "taskAnnotations" | "taskDefaultRateLimit";

/**
 * Settings in code. A setting that `[vars.celeryconfig]` has too is taken from there, whole: as in Celery the later one wins, and the variables come later. They
 * are read when the script is deployed, and may differ between its environments.
 */
export interface Settings extends Partial<Omit<Config, Written>> {
  /** Names, or tables of a name and the binding of the Cloudflare Queue that is to ring for it. */
  taskQueues?: readonly (string | { name: string; binding?: string })[];
  /** Tables, pairs and functions (core/read-routes.ts). */
  taskRoutes?: RouteTables | RouteFunction | readonly [pattern: string | RegExp, route: string | Route][] | readonly RouterSetting[] | null;
  /** Options by the task's name, or `*` for all. */
  taskAnnotations?: Readonly<Record<string, AnnotatedOptions>> | readonly Readonly<Record<string, AnnotatedOptions>>[] | null;
  /** `"10/m"`, or a number a second; null: none. */
  taskDefaultRateLimit?: string | number | null;
  /** Both `taskAcksOnFailure` and `taskAcksOnTimeout`, which win over it. */
  taskAcksOnFailureOrTimeout?: boolean;
}

/** What may be annotated. */
export type AnnotatedOptions = Omit<
  RunOptions,
  "typing" | "express" | "concurrency" | "uniqueFor" | "retryKwargs" | "autoretryFor" | "dontAutoretryFor" | "throws"
>;

/** Where tasks go, by name or glob. */
export type RouteTables = Readonly<Record<string, string | Route>>;

/** One router of a list. */
export type RouterSetting = RouteTables | RouteFunction | readonly [pattern: string | RegExp, route: string | Route][];

/**
 * Refuses what are no settings, for programs that were not type-checked too.
 * @param where what to begin the message with
 * @throws ImproperlyConfigured with every fault: a name that nobody knows, a value of the wrong kind.
 */
export function checkSettings(settings: unknown, where: string): void {
  const faults = new SettingFaults(where);
  if (isPlainObject(settings)) {
    const known = settingNames.map(toCamelCase);
    const strangers = Object.keys(settings).filter((name) => !known.includes(name));
    for (const name of strangers) faults.add(name, `unknown setting${didYouMean(toCamelCase(name), known)}`);
    const table = toTable(settings);
    for (const name of strangers) delete table[toSnakeCase(name)];
    for (const { path, message } of findSettingFaults(table)) faults.add(inCode(path), message);
  } else faults.add("", `expected an object of settings, got ${describeValue(settings)}`);
  faults.raise();
}

/** What `readConfig` is to read: the settings in code, and over them those of `[vars.celeryconfig]`. */
export function overlay(settings: Settings, vars: unknown): unknown {
  return vars === undefined || isPlainObject(vars) ? { ...toTable(settings), ...vars } : vars;
}

function toTable(settings: object): Record<string, unknown> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [toSnakeCase(name), name === "taskAnnotations" ? annotations(value) : value]));
}

function annotations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(annotations);
  return isPlainObject(value) ? mapValues(value, (options) => (isPlainObject(options) ? toTable(options) : options)) : value;
}

function mapValues(table: Readonly<Record<string, unknown>>, map: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, map(value)]));
}

function inCode(path: string): string {
  return path.replace(/^[a-z_]+/, toCamelCase);
}
