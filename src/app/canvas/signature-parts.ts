/** What a signature is made of, as plain data; `Signature` (signature.ts) is the way that people handle it. */

/** What every signature has. */
export interface CommonParts {
  /** Put in front of what is there when it is called. Of a chain they are its first task's, of a group all its members'. */
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** Options of `apply_async` by their wire names, without `link` and `link_error`. */
  options: Record<string, unknown>;
  /** Called with its value when it has succeeded. */
  links: SignatureParts[];
  /** Called when it has failed. */
  errbacks: SignatureParts[];
  /** What comes before gives it no argument. */
  immutable: boolean;
}

/** One call. */
export interface TaskParts extends CommonParts {
  kind: "task";
  task: string;
}

/** One after the other. */
export interface ChainParts extends CommonParts {
  kind: "chain";
  tasks: SignatureParts[];
}

/** Side by side. */
export interface GroupParts extends CommonParts {
  kind: "group";
  tasks: SignatureParts[];
}

/** A group, and what is called with the list of its values. */
export interface ChordParts extends CommonParts {
  kind: "chord";
  header: SignatureParts[];
  body: SignatureParts;
}

/** One task for each item of a list, called in one task: `celery.map`, `celery.starmap`; or so many items a task: `celery.chunks`. */
export interface ItemsParts extends CommonParts {
  kind: "map" | "starmap" | "chunks";
  inner: SignatureParts;
  it: unknown[];
  /** How many items a chunk has. */
  n?: number;
}

export type SignatureParts = TaskParts | ChainParts | GroupParts | ChordParts | ItemsParts;

/** What a new signature has besides its members. */
export function noParts(): CommonParts {
  return { args: [], kwargs: {}, options: {}, links: [], errbacks: [], immutable: false };
}

/** Copies a signature and all that is in it; the values of arguments are shared. */
export function cloneParts<P extends SignatureParts>(parts: P): P {
  const { args, kwargs, options, links, errbacks } = parts;
  const own = {
    args: [...args],
    kwargs: { ...kwargs },
    options: { ...options },
    links: links.map(cloneParts),
    errbacks: errbacks.map(cloneParts),
  };
  switch (parts.kind) {
    case "task":
      return { ...parts, ...own };
    case "chain":
    case "group":
      return { ...parts, ...own, tasks: parts.tasks.map(cloneParts) };
    case "chord":
      return { ...parts, ...own, header: parts.header.map(cloneParts), body: cloneParts(parts.body) };
    default:
      return { ...parts, ...own, inner: cloneParts(parts.inner), it: [...parts.it] };
  }
}

/**
 * Puts arguments in front of those of a signature, and adds keyword arguments, which win over those that are there: Celery's merge rules. They reach a chain's first
 * task, every member of a group, and every member of a chord's header, once each. Immutable ones take neither.
 */
export function giveParts(parts: SignatureParts, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): void {
  if (parts.immutable || (args.length === 0 && Object.keys(kwargs).length === 0)) return;
  if (parts.kind === "task") {
    parts.args.unshift(...args);
    Object.assign(parts.kwargs, kwargs);
  } else if (parts.kind === "chain") {
    const [first] = parts.tasks;
    if (first !== undefined) giveParts(first, args, kwargs);
  } else if (parts.kind === "group") for (const each of parts.tasks) giveParts(each, args, kwargs);
  else if (parts.kind === "chord") for (const each of parts.header) giveParts(each, args, kwargs);
}

/** The part that a signature's value comes from: the last step of a chain, the body of a chord. */
export function lastOf(parts: SignatureParts): SignatureParts {
  let last = parts;
  for (;;) {
    const next = last.kind === "chain" ? last.tasks.at(-1) : last.kind === "chord" ? last.body : undefined;
    if (next === undefined) return last;
    last = next;
  }
}

/** Stamps a signature and all that is in it, its callbacks too, as Celery writes stamps: values among the options, and their names. */
export function stampParts(parts: SignatureParts, stamps: Readonly<Record<string, unknown>>): void {
  const { stamped_headers: names } = parts.options;
  const known = Array.isArray(names) ? names : [];
  parts.options = { ...stamps, ...parts.options, stamped_headers: [...new Set([...known, ...Object.keys(stamps)])] };
  for (const each of [...parts.links, ...parts.errbacks]) stampParts(each, stamps);
  if (parts.kind === "chain" || parts.kind === "group") for (const each of parts.tasks) stampParts(each, stamps);
  if (parts.kind === "chord") for (const each of [...parts.header, parts.body]) stampParts(each, stamps);
}
