import type { Layout, Plan, PlannedCall, Source } from "./plan.ts";

/** Gives the stored result of a call that has succeeded, as JSON text. */
export type ResultOf = (slot: number) => string;

/**
 * The value of a source as JSON text: a call's result, or the list of those of a group, spliced as they are stored. Stops with undefined once it is longer than `limit`
 * characters: an argument that large is refused, not built.
 */
export function valueFrom({ joins }: Pick<Layout, "joins">, source: Source, resultOf: ResultOf, limit: number): string | undefined {
  const parts: string[] = [];
  let left = limit;
  const add = (text: string): boolean => {
    parts.push(text);
    left -= text.length;
    return left >= 0;
  };
  const write = (from: Source): boolean => {
    if ("slot" in from) return add(resultOf(from.slot));
    const members = joins[from.join]?.parts ?? [];
    if (!add("[")) return false;
    for (const [index, member] of members.entries()) if ((index > 0 && !add(",")) || !write(member)) return false;
    return add("]");
  };
  return write(source) ? parts.join("") : undefined;
}

/** A call's arguments as JSON text: what it takes from what came before, and its own. Undefined when that is longer than `limit` characters. */
export function argsOf(plan: Plan, call: PlannedCall, resultOf: ResultOf, limit: number): string | undefined {
  const own = JSON.stringify(call.step.args);
  if (!call.takes || call.after === null) return own;
  const value = valueFrom(plan, call.after, resultOf, limit);
  if (value === undefined) return undefined;
  return call.step.args.length === 0 ? `[${value}]` : `[${value},${own.slice(1)}`;
}
