import type { KnownState } from "../core/state.ts";
import { camelMembers } from "../core/wire/camel-members.ts";
import type { ResultDocument } from "../core/wire/read-result-document.ts";
import { untag, untagMembersOf } from "../core/wire/tagged-json.ts";

/** One task as a list has it: Celery's result document at one moment. */
export interface TaskView {
  id: string;
  state: KnownState;
  /** The return value; of FAILURE, REVOKED and RETRY Celery's `{exc_type, exc_message, exc_module}`; of a state of its own what the task says; else null. */
  result: unknown;
  traceback: string | null;
  name: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  queue: string;
  retries: number;
  worker: string | null;
  parentId: string | null;
  rootId: string;
  groupId: string | null;
  /** Celery's result tuples, `[[id, parent], children]`. */
  children: unknown[];
  dateReceived: Date;
  dateStarted: Date | null;
  dateDone: Date | null;
  eta: Date | null;
}

/** Reads a result document, or as much of one as came. */
export function taskView({ task_id: id, status: state, ...document }: ResultDocument, timezone: string): TaskView {
  const view = { id, state, ...camelMembers<Omit<TaskView, "id" | "state">>(document, /^(date_|eta$)/) };
  for (const name of ["result", "args"] as const) Object.assign(view, { [name]: untag(view[name], timezone) });
  untagMembersOf(view.kwargs ?? {}, timezone);
  return view;
}
