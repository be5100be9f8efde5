import type { Answer, Schema } from "./route-about.ts";

/** Any text. */
export const text: Schema = { type: "string" };
/** Any number. */
export const number: Schema = { type: "number" };
/** A whole number, 0 or more. */
export const count: Schema = { type: "integer", minimum: 0 };
/** True or false. */
export const flag: Schema = { type: "boolean" };
/** Any JSON value. */
export const anything: Schema = {};
/** Any JSON object. */
export const anyObject: Schema = { type: "object", additionalProperties: true };
/** An ISO-8601 time, as answers have it. */
export const time: Schema = { type: "string", format: "date-time" };
/** A task's id. */
export const id: Schema = { type: "string", format: "uuid" };

/** The same, or null. */
export function orNull(schema: Schema): Schema {
  return { ...schema, type: [schema.type, "null"] };
}

/** The same with a sentence on what it means. */
export function told(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

/** An array. */
export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

/** An object that has all these keys, and may have those of `optional`; further ones only where `open`. */
export function objectOf(
  properties: Readonly<Record<string, Schema>>,
  { optional = {}, open = false }: { optional?: Readonly<Record<string, Schema>>; open?: boolean } = {},
): Schema {
  const required = Object.keys(properties);
  return {
    type: "object",
    properties: { ...properties, ...optional },
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: open,
  };
}

/** A schema of `components.ts`, by its name. */
export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An answer of JSON. */
export function json(description: string, schema: Schema, headers?: Readonly<Record<string, string>>): Answer {
  return headers === undefined ? { description, schema } : { description, schema, headers };
}
