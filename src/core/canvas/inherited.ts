import type { Line } from "../call.ts";
import type { WorkflowBody, WorkflowCall } from "./workflow.ts";

/**
 * What a canvas takes over from the task whose place it takes (Celery's `replace`): its stamps, where a call has none of that name; and how many replacements led to it
 * (`replaced_task_nesting`). Callbacks take over the same.
 */
export function inherit({ calls, plan }: WorkflowBody, replaced: Line): WorkflowBody {
  return {
    calls: calls.map((call) => inheritCall(call, replaced)),
    plan: { ...plan, templates: plan.templates.map((template) => ({ ...template, ...inherit(template, replaced) })) },
  };
}

function inheritCall(call: WorkflowCall, replaced: Line): WorkflowCall {
  const line: Line = JSON.parse(call.line);
  const nested: Line = { ...line, replaced_task_nesting: (replaced.replaced_task_nesting ?? 0) + 1 };
  const { stamps, stamped_headers: names = Object.keys(stamps ?? {}) } = replaced;
  if (stamps === undefined) return { ...call, line: JSON.stringify(nested) };
  const stamped: Line = {
    ...nested,
    stamps: { ...stamps, ...line.stamps },
    stamped_headers: [...new Set([...names, ...(line.stamped_headers ?? [])])],
  };
  return { ...call, line: JSON.stringify(stamped), stamps: { ...stamps, ...call.stamps } };
}
