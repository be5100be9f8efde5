import type { SignatureJson } from "../../../../src/core/canvas/signature.ts";

/** Signatures as Python's `json.dumps(sig)` writes them. The task's name is that of the helper tasks, without their prefix. */
export type Signature = Required<SignatureJson>;

/** `task.s(...)` of the task with that name. */
export function s(task: string, ...args: unknown[]): Signature {
  return { task: `rows.${task}`, args, kwargs: {}, options: {}, subtask_type: null, immutable: false };
}

/** `task.si(...)`. */
export function si(task: string, ...args: unknown[]): Signature {
  return { ...s(task, ...args), immutable: true };
}

/** `chain(...)`. */
export function chain(...tasks: Signature[]): Signature {
  return { task: "celery.chain", args: [], kwargs: { tasks }, options: {}, subtask_type: "chain", immutable: false };
}

/** `group(...)`. */
export function group(...tasks: Signature[]): Signature {
  return { task: "celery.group", args: [], kwargs: { tasks }, options: {}, subtask_type: "group", immutable: false };
}

/** `chord(header, body)`; a header that is a group is written as its members, which is what Celery makes of it. */
export function chord(header: readonly Signature[] | Signature, body: Signature): Signature {
  const tasks = "task" in header ? header.kwargs.tasks : header;
  const kwargs = { kwargs: {}, header: tasks, body };
  return { task: "celery.chord", args: [], kwargs, options: {}, subtask_type: "chord", immutable: false };
}

/** `sig.set(**options)`. */
export function set(signature: Signature, options: Readonly<Record<string, unknown>>): Signature {
  return { ...signature, options: { ...signature.options, ...options } };
}

/** `sig.link(callback)`. */
export function link(signature: Signature, callback: Signature): Signature {
  return set(signature, { link: [...listed(signature.options.link), callback] });
}

/** `sig.link_error(errback)`. */
export function linkError(signature: Signature, errback: Signature): Signature {
  return set(signature, { link_error: [...listed(signature.options.link_error), errback] });
}

/** So many of the same. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
