import type { SignatureJson } from "../../core/canvas/signature.ts";
import { type Fault, RefusedCall } from "../../core/errors.ts";
import { toJsonable } from "../../core/wire/jsonable.ts";
import type { SignatureParts } from "./signature-parts.ts";

type Written = Required<SignatureJson>;

/**
 * Writes a signature as Celery does (`json.dumps(sig)`), with Celery's tags for what JSON has no form for.
 * @throws RefusedCall ("bad_arguments") with every value that JSON cannot hold, and where it stands
 */
export function writeSignature(parts: SignatureParts): Written {
  const faults: Fault[] = [];
  const written = write(parts, "", faults);
  if (faults.length > 0) throw new RefusedCall("bad_arguments", faults, nameOf(parts));
  return written;
}

/** The name of its task, as messages and JSON have it. */
export function nameOf(parts: SignatureParts): string {
  return parts.kind === "task" ? parts.task : `celery.${parts.kind}`;
}

function write(parts: SignatureParts, path: string, faults: Fault[]): Written {
  const { options, links, errbacks } = parts;
  const held = hold(withText(options), `${path}options`, faults) as Record<string, unknown>;
  if (links.length > 0) held.link = writeAll(links, `${path}options.link`, faults);
  if (errbacks.length > 0) held.link_error = writeAll(errbacks, `${path}options.link_error`, faults);
  const immutable = parts.immutable || isItems(parts);
  return {
    task: nameOf(parts),
    args: hold(parts.args, `${path}args`, faults) as unknown[],
    kwargs: kwargsOf(parts, path, faults),
    options: held,
    // Celery tells maps and chunks by their task alone.
    subtask_type: parts.kind === "chain" || parts.kind === "group" || parts.kind === "chord" ? parts.kind : null,
    immutable,
  };
}

function kwargsOf(parts: SignatureParts, path: string, faults: Fault[]): Record<string, unknown> {
  const at = `${path}kwargs`;
  switch (parts.kind) {
    case "task":
      return hold(parts.kwargs, at, faults) as Record<string, unknown>;
    case "chain":
    case "group":
      return { tasks: writeAll(parts.tasks, `${at}.tasks`, faults) };
    case "chord":
      return { kwargs: {}, header: writeAll(parts.header, `${at}.header`, faults), body: write(parts.body, `${at}.body.`, faults) };
    default: {
      const kwargs = { task: write(parts.inner, `${at}.task.`, faults), it: hold(parts.it, `${at}.it`, faults) };
      return parts.n === undefined ? kwargs : { ...kwargs, n: parts.n };
    }
  }
}

function isItems({ kind }: SignatureParts): boolean {
  return kind === "map" || kind === "starmap" || kind === "chunks";
}

function writeAll(members: readonly SignatureParts[], path: string, faults: Fault[]): Written[] {
  return members.map((each, index) => write(each, `${path}[${index}].`, faults));
}

/** Options have dates of their own (`eta`, `expires`), which are text there and no tags. */
function withText(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(options).map(([name, value]) => [name, isDate(value) ? value.toISOString() : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

/** A copy, so that nobody changes a signature by its JSON. */
function hold(value: object, path: string, faults: Fault[]): unknown {
  const held = toJsonable(value, path);
  faults.push(...held.faults);
  if (held.json !== value) return held.json;
  return Array.isArray(value) ? [...value] : { ...value };
}
