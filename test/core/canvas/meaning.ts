import type { SignatureJson } from "../../../src/core/canvas/signature.ts";

type Handlers = Readonly<Record<string, (args: unknown[], kwargs: Readonly<Record<string, unknown>>) => unknown>>;

/** What a canvas means, from its JSON alone and without any plan: the value that its parts say, or that it fails. */
export function meaningOf(json: unknown, handlers: Handlers): { value: unknown } | { error: string } {
  try {
    return { value: evaluate(json as SignatureJson, [], handlers) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** @param given the value of what comes before, if anything does */
function evaluate(signature: SignatureJson, given: readonly unknown[], handlers: Handlers): unknown {
  const { task, args = [], kwargs = {}, subtask_type: kind, immutable = false } = signature;
  const taken = immutable ? [] : given;
  if (kind === "chain") {
    let value = taken;
    for (const [index, step] of stepsOf(signature).entries()) {
      // Celery leaves out an empty group that something comes before.
      if (index > 0 && step.subtask_type === "group" && flatten(step).length === 0) continue;
      value = [evaluate(step, value, handlers)];
    }
    return value[0];
  }
  if (kind === "group") return flatten(signature).map((member) => evaluate(member, taken, handlers));
  if (kind === "chord") {
    const header: SignatureJson = { task: "celery.group", kwargs: { tasks: kwargs.header }, subtask_type: "group" };
    return evaluate(kwargs.body as SignatureJson, [evaluate(header, taken, handlers)], handlers);
  }
  if (task === "celery.chunks") {
    const { task: inner, it, n } = kwargs as { task: SignatureJson; it: unknown[][]; n: number };
    const chunks = Array.from({ length: Math.ceil(it.length / n) }, (_, index) => it.slice(index * n, (index + 1) * n));
    return chunks.map((chunk) => chunk.map((each) => evaluate({ ...inner, args: each }, [], handlers)));
  }
  return JSON.parse(JSON.stringify(handlers[task]?.([...taken, ...args], kwargs) ?? null));
}

/** A chain directly in a chain is part of it. */
function stepsOf({ kwargs = {} }: SignatureJson): SignatureJson[] {
  return ((kwargs.tasks ?? []) as SignatureJson[]).flatMap((step) => (step.subtask_type === "chain" ? stepsOf(step) : [step]));
}

/** A group directly in a group is part of it. */
function flatten({ kwargs = {} }: SignatureJson): SignatureJson[] {
  return ((kwargs.tasks ?? []) as SignatureJson[]).flatMap((member) => (member.subtask_type === "group" ? flatten(member) : [member]));
}
