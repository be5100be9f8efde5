import type { FieldFaults } from "../../parts/field-faults.ts";
import { parsedJson } from "../../parts/parsed-json.ts";
import type { ArgumentField } from "./argument-fields.ts";

/** What a form's fields hold, by their paths. */
export type FieldTexts = Readonly<Record<string, string>>;

/** The arguments of a call. */
export interface Arguments {
  args: unknown[];
  kwargs: Record<string, unknown>;
}

type Read = { value: unknown } | { fault: string };

/** Makes the arguments of what was filled in, or tells what is missing and what cannot be read. What is empty and not needed is left out. */
export function filledCall(fields: readonly ArgumentField[], texts: FieldTexts): Arguments | { faults: FieldFaults } {
  const faults = new Map<string, string>();
  const args: unknown[] = [];
  const kwargs: [string, unknown][] = [];
  const isFilled = ({ path }: ArgumentField) => (texts[path] ?? "").trim() !== "";
  const lastFilled = fields.findLastIndex((field) => isFilled(field) && field.path.startsWith("args"));
  for (const [index, field] of fields.entries()) {
    const { path, kind, required } = field;
    if (!isFilled(field)) {
      // A position cannot be left out before another.
      if (required) faults.set(path, kind === "text" ? "It is needed. An empty text can be sent as JSON." : "It is needed.");
      else if (path.startsWith("args[") && index < lastFilled) faults.set(path, "It is needed, as one that follows it is given.");
      continue;
    }
    const read = readField(field, texts[path] ?? "");
    if ("fault" in read) faults.set(path, read.fault);
    else if (kind === "rest" && Array.isArray(read.value)) args.push(...(read.value as unknown[]));
    else if (path.startsWith("kwargs.")) kwargs.push([path.slice("kwargs.".length), read.value]);
    else args.push(read.value);
  }
  return faults.size > 0 ? { faults } : { args, kwargs: Object.fromEntries(kwargs) };
}

function readField({ kind }: ArgumentField, text: string): Read {
  if (kind === "text") return { value: text };
  if (kind === "any") return { value: looseValue(text) };
  if (kind === "rest") return parsedJson(text, "an array");
  if (kind !== "number") return parsedJson(text, "a value");
  const value = Number(text);
  return Number.isFinite(value) ? { value } : { fault: "Write a number." };
}

/** The value that a text of unknown type stands for: JSON where it is some, else the text itself. */
export function looseValue(text: string): unknown {
  const read = parsedJson(text, "a value");
  return "value" in read ? read.value : text;
}
