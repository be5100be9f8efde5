import type { CallOptions } from "../../core/call.ts";
import { ImproperlyConfigured } from "../../core/errors.ts";
import { toSnakeCase } from "../../core/snake-case.ts";
import type { ItemsParts, SignatureParts } from "./signature-parts.ts";
import { noParts } from "./signature-parts.ts";

/** The options of a signature: those of a call, of which null takes one away, and whether it takes arguments. */
export type SignatureOptions = { [Name in keyof CallOptions]?: CallOptions[Name] | null } & { immutable?: boolean };

/** A new signature of one call. */
export function callParts(
  task: string,
  { args = [], kwargs = {}, immutable = false }: CallGiven,
  options: SignatureOptions = {},
): SignatureParts {
  const parts: SignatureParts = { kind: "task", task, ...noParts(), args: [...args], kwargs: { ...kwargs }, immutable };
  const { immutable: own = immutable, ...others } = options;
  parts.immutable = own;
  setOptions(parts, others);
  return parts;
}

/** `celery.map`, `celery.starmap` and `celery.chunks`. @throws ImproperlyConfigured for an `n` that is no whole number above 0 */
export function itemsParts(kind: ItemsParts["kind"], inner: SignatureParts, it: Iterable<unknown>, n?: number): ItemsParts {
  if (n !== undefined && !(Number.isInteger(n) && n > 0)) {
    throw new ImproperlyConfigured(`chunks: expected a whole number of items a task, 1 or more, got ${String(n)}`);
  }
  return { kind, inner, it: [...it], ...(n === undefined ? {} : { n }), ...noParts(), immutable: true };
}

interface CallGiven {
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
  immutable?: boolean;
}

/** Adds options by the names of `applyAsync`; null takes one away, undefined says nothing. */
export function setOptions({ options }: SignatureParts, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === null && name !== "maxRetries") delete options[toSnakeCase(name)];
    else if (value !== undefined) options[toSnakeCase(name)] = value;
  }
}
