import type { Signature } from "./signatures.ts";

/**
 * `sig.stamp(**headers)`: every signature of a canvas, with its callbacks and errbacks, bears the stamps among its options, as Celery writes them. Stamps that are there stay.
 */
export function stamped(signature: Signature, stamps: Readonly<Record<string, unknown>>): Signature {
  const each = (value: unknown) => (Array.isArray(value) ? value.map((part: Signature) => stamped(part, stamps)) : value);
  const { kwargs, options } = signature;
  const names = new Set([...((options.stamped_headers as string[] | undefined) ?? []), ...Object.keys(stamps)]);
  const composed = signature.subtask_type === null ? {} : { tasks: each(kwargs.tasks), header: each(kwargs.header) };
  const body = signature.subtask_type === "chord" ? { body: stamped(kwargs.body as Signature, stamps) } : {};
  const callbacks = { link: each(options.link), link_error: each(options.link_error) };
  return {
    ...signature,
    kwargs: present({ ...kwargs, ...composed, ...body }),
    options: present({ ...stamps, ...options, ...callbacks, stamped_headers: [...names] }),
  };
}

function present(table: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));
}
