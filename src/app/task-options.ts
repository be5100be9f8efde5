import type { Fault } from "../core/errors.ts";
import { ImproperlyConfigured } from "../core/errors.ts";
import { describeValue, isPlainObject } from "../core/json-value.ts";
import { didYouMean } from "../core/nearest.ts";
import type { RunFields, RunOptions } from "../core/run-options.ts";
import { RUN_OPTION_NAMES, readRunOptions } from "../core/run-options.ts";
import type { ArgumentSchemas, SchemaInput, SchemaOutput, StandardSchema } from "../core/schema.ts";
import { isSchema } from "../core/schema.ts";
import { faultLine } from "../core/setting-faults.ts";
import type { TaskHooks } from "./task-hooks.ts";

/** How a task is registered: the third argument of `app.task`. Names are Celery's, in camelCase. */
export interface TaskOptions extends RunOptions, TaskHooks {
  /**
   * The names of the parameters, in order: `["x", "y?", "...rest"]`, without the context of a bound task. They allow `kwargs` and have the
   * number of arguments checked where the call is made. A name without `?` is required, unless the handler has a default for it; an
   * optional TypeScript parameter (`y?: number`) needs its `?` here too. Default: none declared; `kwargs` are refused and any
   * number of arguments is let through.
   */
  parameters?: readonly string[];
  /** Hand the handler its `TaskContext` (Celery's `self`) as first parameter. Default false. */
  bind?: boolean;
  /** One line for people, shown in `GET /v1/tasks`. */
  doc?: string;
  /**
   * A Standard Schema (zod, valibot, arktype, …) of the positional arguments as a tuple, or one of each kind: `{ args, kwargs }`. Calls that do not
   * fit are refused with every fault; what the schema makes of the arguments is what is stored and what the handler is given. Keyword
   * arguments need `parameters`; with a schema of `args` alone they are laid out as positions before it is asked.
   */
  schema?: StandardSchema | ArgumentSchemas;
}

/** The options of a task whose positional arguments have a schema. */
export interface SchemaOf<S extends StandardSchema> {
  schema: S | { args: S; kwargs?: StandardSchema };
}

/** The options of a task whose positional arguments have none: the handler itself says their types. */
export interface WithoutSchema {
  schema?: { args?: undefined; kwargs: StandardSchema };
}

/** The arguments that a schema takes: what callers give. */
export type TakenBy<S extends StandardSchema> = SchemaInput<S> extends infer A extends unknown[] ? A : unknown[];

/** The arguments that a schema makes of them: what the handler is given. */
export type MadeBy<S extends StandardSchema> = SchemaOutput<S> extends infer A extends unknown[] ? A : unknown[];

/** What the options come to: what stands in the definition, and what the task itself is told. */
export interface ReadTaskOptions extends RunFields {
  parameters?: readonly unknown[];
  bind: boolean;
  doc?: string;
  schemas?: ArgumentSchemas;
}

interface Check {
  expected: string;
  accepts(value: unknown): boolean;
}

const FUNCTION: Check = { expected: "a function", accepts: (value) => typeof value === "function" };

const CHECKS: Record<Exclude<keyof TaskOptions, keyof RunOptions | "schema">, Check> = {
  parameters: { expected: 'an array of names such as ["x", "y?", "...rest"]', accepts: Array.isArray },
  bind: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  doc: { expected: "a line of text", accepts: (value) => typeof value === "string" },
  beforeStart: FUNCTION,
  onSuccess: FUNCTION,
  onFailure: FUNCTION,
  onRetry: FUNCTION,
  afterReturn: FUNCTION,
};

const NAMES: readonly string[] = [...Object.keys(CHECKS), "schema", ...RUN_OPTION_NAMES];
const SCHEMA = "a Standard Schema (of zod, valibot, arktype, …) of the arguments as a tuple, or { args, kwargs } with one of each";

/** Reads `TaskOptions`, also those of programs that were not type-checked: `ImproperlyConfigured` names every fault, after `where`. */
export function readTaskOptions(options: unknown, where: string): ReadTaskOptions {
  if (!isPlainObject(options)) throw new ImproperlyConfigured(`${where}: expected an object of options, got ${describeValue(options)}`);
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(options)) {
    const check = isOptionName(name) ? CHECKS[name] : undefined;
    if (!NAMES.includes(name)) {
      const hint = didYouMean(name, NAMES) || `; there are ${NAMES.join(", ")}`;
      faults.push({ path: "", message: `'${name}' is no option of a task${hint}` });
    } else if (check !== undefined && value !== undefined && !check.accepts(value)) {
      faults.push({ path: name, message: `expected ${check.expected}, got ${describeValue(value)}` });
    }
  }
  const run = readRunOptions(options);
  const schemas = readSchemas(options, faults);
  faults.push(...run.faults);
  if (faults.length > 0) throw new ImproperlyConfigured(`${where}: ${faults.map(faultLine).join("; ")}`);
  const { parameters, bind = false, doc } = options as TaskOptions;
  return { ...run.fields, parameters, bind, doc, schemas };
}

function readSchemas({ schema, parameters }: Readonly<Record<string, unknown>>, faults: Fault[]): ArgumentSchemas | undefined {
  if (schema === undefined) return undefined;
  if (isSchema(schema)) return { args: schema };
  const named = isPlainObject(schema) ? Object.entries(schema).filter(([, each]) => each !== undefined) : [];
  if (named.length === 0 || !named.every(([name, each]) => (name === "args" || name === "kwargs") && isSchema(each))) {
    faults.push({ path: "schema", message: `expected ${SCHEMA}, got ${describeValue(schema)}` });
  } else if (parameters === undefined && named.some(([name]) => name === "kwargs")) {
    faults.push({ path: "schema.kwargs", message: "expected `parameters` beside it: by them keyword arguments find their places" });
  }
  return Object.fromEntries(named);
}

function isOptionName(name: string): name is keyof typeof CHECKS {
  return Object.hasOwn(CHECKS, name);
}
