import { readSignature } from "../../core/canvas/read-signature.ts";
import type { SignatureJson } from "../../core/canvas/signature.ts";
import { RefusedCall } from "../../core/errors.ts";
import { isPlainObject } from "../../core/json-value.ts";
import { untag } from "../../core/wire/tagged-json.ts";
import { type CommonParts, giveParts, type SignatureParts } from "./signature-parts.ts";

/**
 * Reads a signature's JSON, Python's or ours, with all that is in it; what was put together stays as it was. Dates without an offset are times on the wall of `timezone`.
 * @throws RefusedCall ("bad_arguments") with every fault and its path
 */
export function readSignatureParts(json: unknown, timezone: string): SignatureParts {
  const read = readSignature(json);
  if ("faults" in read) throw new RefusedCall("bad_arguments", read.faults, "signature");
  // What is read is changed in place where it has tags.
  return take(JSON.parse(JSON.stringify(json)) as SignatureJson, timezone);
}

/** `readSignature` has found nothing wrong with it: its shape is known. */
function take({ task, args, kwargs, options, subtask_type: type, immutable }: SignatureJson, timezone: string): SignatureParts {
  const { link, link_error, ...others } = options ?? {};
  const common = {
    args: (untag(args ?? [], timezone) ?? []) as unknown[],
    kwargs: {},
    options: Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null)),
    links: takeAll(link, timezone),
    errbacks: takeAll(link_error, timezone),
    immutable: immutable ?? false,
  };
  const given: Record<string, unknown> = { ...kwargs };
  switch (type ?? task.replace(/^celery\./, "")) {
    case "chain":
      return { kind: "chain", ...common, tasks: takeAll(given.tasks, timezone) };
    case "group":
      return { kind: "group", ...common, tasks: takeAll(given.tasks, timezone) };
    case "chord":
      return chordOf(common, given, timezone);
    case "chunks":
      return { kind: "chunks", ...common, ...itemsOf(given, timezone), n: given.n as number };
    case "map":
    case "xmap":
      return isItems(given) ? { kind: "map", ...common, ...itemsOf(given, timezone) } : call(task, common, given, timezone);
    case "starmap":
    case "xstarmap":
      return isItems(given) ? { kind: "starmap", ...common, ...itemsOf(given, timezone) } : call(task, common, given, timezone);
    default:
      return call(task, common, given, timezone);
  }
}

/** Its `kwargs` are its members': there is nowhere else that Celery could keep them. */
function chordOf(common: CommonParts, { header, body, kwargs }: Readonly<Record<string, unknown>>, timezone: string): SignatureParts {
  const members = headerOf(header, timezone);
  for (const member of members) giveParts(member, [], (untag(kwargs ?? {}, timezone) ?? {}) as Record<string, unknown>);
  return { kind: "chord", ...common, header: members, body: take(body as SignatureJson, timezone) };
}

function call(task: string, common: CommonParts, kwargs: Record<string, unknown>, timezone: string): SignatureParts {
  return {
    kind: "task",
    task,
    ...common,
    kwargs: Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [key, untag(value, timezone)])),
  };
}

function isItems({ task, it }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(it) && isPlainObject(task) && "canvas" in readSignature(task);
}

function itemsOf({ task, it }: Readonly<Record<string, unknown>>, timezone: string): { inner: SignatureParts; it: unknown[] } {
  return { inner: take(task as SignatureJson, timezone), it: untag(it, timezone) as unknown[] };
}

/** A header is a list of signatures, or a group, or one signature. */
function headerOf(header: unknown, timezone: string): SignatureParts[] {
  const [only, ...more] = takeAll(header, timezone);
  if (only === undefined) return [];
  const bare = !Array.isArray(header) && only.kind === "group" && only.links.length + only.errbacks.length + only.args.length === 0;
  return bare ? only.tasks : [only, ...more];
}

function takeAll(value: unknown, timezone: string): SignatureParts[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((each: SignatureJson) => take(each, timezone));
}
