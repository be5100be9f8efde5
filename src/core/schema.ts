/**
 * Schemas for a task's arguments, of any library that speaks Standard Schema 1 (zod, valibot, arktype, …; standardschema.dev). The interface is
 * declared here, as the specification asks, so that no library is needed.
 */
import type { Fault } from "./errors.ts";
import { describeValue, isPlainObject, memberPath } from "./json-value.ts";

/** A schema: the part of Standard Schema 1 that is used here, and of Standard JSON Schema, which some libraries have. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: { readonly input: (options: { target: string }) => Record<string, unknown> } | undefined;
  };
}

/** What a schema answers: the parsed value, or what is wrong with the one given. */
export type SchemaResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong, with the keys on the way to it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type of what a schema takes. */
export type SchemaInput<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["input"];

/** The type of what a schema makes of it: what the handler is given. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"];

/** The schemas of a task: of its positional arguments as a tuple, of its keyword arguments as an object. What has none is not looked at. */
export interface ArgumentSchemas {
  args?: StandardSchema;
  kwargs?: StandardSchema;
}

/** Arguments as schemas made them, or every fault. */
export type CheckedArguments =
  | { ok: true; args: readonly unknown[]; kwargs: Readonly<Record<string, unknown>> }
  | { ok: false; faults: Fault[] };

/** At most so many faults are told of one call. */
const MOST_FAULTS = 20;

/**
 * Checks the arguments of a call, both kinds at once, and answers what the schemas made of them (defaults filled in, values converted). Paths are
 * `args[1].x` and `kwargs.name`. A promise only when a schema answers one. What a schema throws is not caught. A schema that makes of
 * the tuple something else than an array, or of the object no plain object, is a fault: the handler could not be called with it.
 */
export function checkArguments(
  schemas: ArgumentSchemas,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): CheckedArguments | Promise<CheckedArguments> {
  const results = [
    schemas.args?.["~standard"].validate(args) ?? { value: args },
    schemas.kwargs?.["~standard"].validate(kwargs) ?? { value: kwargs },
  ];
  if (results.some((result) => result instanceof Promise)) return Promise.all(results).then(gather);
  // None of them is a promise.
  return gather(results as SchemaResult<unknown>[]);
}

function gather([args, kwargs]: readonly SchemaResult<unknown>[]): CheckedArguments {
  const faults = [...faultsOf(args, "args"), ...faultsOf(kwargs, "kwargs")];
  const madeArgs = args?.issues === undefined ? args?.value : undefined;
  const madeKwargs = kwargs?.issues === undefined ? kwargs?.value : undefined;
  if (faults.length === 0 && !Array.isArray(madeArgs)) faults.push(misfit("args", "an array", madeArgs));
  if (faults.length === 0 && !isPlainObject(madeKwargs)) faults.push(misfit("kwargs", "an object", madeKwargs));
  if (faults.length > 0 || !Array.isArray(madeArgs) || !isPlainObject(madeKwargs))
    return { ok: false, faults: faults.slice(0, MOST_FAULTS) };
  return { ok: true, args: madeArgs, kwargs: madeKwargs };
}

function misfit(path: string, expected: string, made: unknown): Fault {
  return { path, message: `expected the schema to make ${expected} of it, got ${describeValue(made)}` };
}

function faultsOf(result: SchemaResult<unknown> | undefined, root: string): Fault[] {
  return (result?.issues ?? []).map(({ message, path = [] }) => ({ path: path.reduce(extend, root), message }));
}

function extend(path: string, segment: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "number" ? `${path}[${key}]` : memberPath(path, String(key));
}

/** Tells whether a value is a schema of the standard's first version; libraries make them of objects and of functions. */
export function isSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !("~standard" in value)) return false;
  const standard: unknown = value["~standard"];
  if (typeof standard !== "object" || standard === null || !("version" in standard) || !("validate" in standard)) return false;
  return standard.version === 1 && typeof standard.validate === "function";
}

/**
 * The schema of what is taken as JSON Schema (2020-12), for `GET /v1/tasks`; null where the library does not give it by Standard JSON Schema
 * (zod 4 does), or cannot for this one.
 */
export function toJsonSchema(schema: StandardSchema): Record<string, unknown> | null {
  try {
    return schema["~standard"].jsonSchema?.input({ target: "draft-2020-12" }) ?? null;
  } catch {
    // The standard lets a library throw for what JSON Schema has no words for, such as a transform.
    return null;
  }
}
