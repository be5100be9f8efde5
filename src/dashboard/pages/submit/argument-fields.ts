import type { TaskDocument } from "../../../client/views.ts";

/** One argument of a task, as a form asks for it. */
export interface ArgumentField {
  /** Where it stands in the call, as faults name it: `args[0]`, `kwargs.note`. */
  path: string;
  label: string;
  /** `any`: JSON, or text where it is none; `rest`: all further positional arguments as a JSON array. */
  kind: "text" | "number" | "truth" | "choice" | "json" | "any" | "rest";
  required: boolean;
  /** Of `choice`: the values. */
  choices: readonly unknown[];
  description: string;
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * The fields that a task's parameters and schema tell of; undefined where they tell of none: such a call is written as JSON. Parameters are given by position, but by name
 * where the schema is one of keyword arguments.
 */
export function argumentFields({ parameters, schema }: Pick<TaskDocument, "parameters" | "schema">): ArgumentField[] | undefined {
  const tuple = listOf(objectOf(schema?.args)?.prefixItems);
  const { properties, required } = objectOf(schema?.kwargs) ?? {};
  const named = objectOf(properties);
  const needed = listOf(required);
  if (parameters === null) {
    return tuple.length === 0
      ? undefined
      : tuple.map((item, index) => fieldOf(`args[${index}]`, titleOf(item) ?? `Argument ${index + 1}`, true, item));
  }
  return parameters.map(({ name, required: isRequired, rest }, index) => {
    if (rest) return { path: "args", label: `…${name}`, kind: "rest", required: false, choices: [], description: "" };
    if (named === undefined) return fieldOf(`args[${index}]`, name, isRequired, tuple[index]);
    return fieldOf(`kwargs.${name}`, name, needed.includes(name), Object.hasOwn(named, name) ? named[name] : undefined);
  });
}

function fieldOf(path: string, label: string, required: boolean, given: unknown): ArgumentField {
  const schema = objectOf(given);
  const choices = schema?.const === undefined ? listOf(schema?.enum) : [schema.const];
  const description = typeof schema?.description === "string" ? schema.description : "";
  return { path, label, kind: choices.length > 0 ? "choice" : kindOf(schema), required, choices, description };
}

function kindOf(schema: Schema | undefined): ArgumentField["kind"] {
  if (schema?.type === "string") return "text";
  if (schema?.type === "number" || schema?.type === "integer") return "number";
  if (schema?.type === "boolean") return "truth";
  return schema?.type === "array" || schema?.type === "object" ? "json" : "any";
}

function titleOf(item: unknown): string | undefined {
  const title = objectOf(item)?.title;
  return typeof title === "string" && title !== "" ? title : undefined;
}

function objectOf(value: unknown): Schema | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
