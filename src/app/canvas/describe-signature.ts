import { describeValue } from "../../core/json-value.ts";
import type { SignatureParts } from "./signature-parts.ts";
import { nameOf } from "./write-signature.ts";

/** So many members are shown, and so many characters of an argument. */
const MOST_SHOWN = 10;
const LONGEST_SHOWN = 40;

/** A signature as Celery prints it: `tasks.add(2, 2) | group(tasks.add(4), tasks.add(8))`. */
export function describeSignature(parts: SignatureParts): string {
  switch (parts.kind) {
    case "chain":
      return shown(parts.tasks, " | ");
    case "group":
      return `group(${shown(parts.tasks, ", ")})`;
    case "chord":
      return `chord([${shown(parts.header, ", ")}], ${describeSignature(parts.body)})`;
    case "task":
      return `${parts.task}(${[...parts.args.map(show), ...Object.entries(parts.kwargs).map(([name, value]) => `${name}=${show(value)}`)].join(", ")})`;
    default:
      return `${nameOf(parts)}(${describeSignature(parts.inner)}, ${parts.it.length} items)`;
  }
}

function shown(members: readonly SignatureParts[], between: string): string {
  const first = members.slice(0, MOST_SHOWN).map(describeSignature);
  return [...first, ...(members.length > MOST_SHOWN ? [`… ${members.length - MOST_SHOWN} more`] : [])].join(between);
}

function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  if (typeof value === "string") return value.length > LONGEST_SHOWN ? `"${value.slice(0, LONGEST_SHOWN)}…"` : JSON.stringify(value);
  return describeValue(value);
}
