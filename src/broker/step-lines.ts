import type { Line } from "../core/call.ts";
import type { Addresses } from "./addresses.ts";
import type { Book } from "./book.ts";
import type { OpenPage } from "./open-page.ts";
import type { PageRow } from "./store/pages.ts";
import { LARGEST_VALUE, Values } from "./values.ts";
import type { Workflow } from "./workflow.ts";
import { callAt } from "./workflows.ts";

/** Where a task of a workflow stands among its relatives. */
export interface Relatives {
  rootId: string;
  parentId: string | null;
  groupId: string | null;
}

/** What the steps of workflows are run with: their lines, with the arguments that come from before, and their relatives. */
export class StepLines {
  readonly #book: Book;
  readonly #addresses: Addresses;
  readonly values: Values;

  constructor(book: Book, addresses: Addresses) {
    this.#book = book;
    this.#addresses = addresses;
    this.values = new Values(book);
  }

  /** The line that a slot is granted with. What was changed by a retry holds its arguments already. */
  granted(page: OpenPage, slot: number, text: string): string {
    const workflow = this.#workflowOf(page.row);
    if (workflow === undefined) return text;
    const call = callAt(page.row, slot);
    const { args = [], ...line } = this.#related(workflow, call, text);
    const given = page.note(slot)?.lineLength === undefined ? (this.given(workflow, call) ?? "") : "";
    // Later steps need what the task itself may not keep.
    if (line.ignore_result === true) line.ignore_result = false;
    const own = JSON.stringify(args).slice(1, -1);
    const all = [given, own].filter((part) => part !== "").join(",");
    return all === "" ? JSON.stringify(line) : `{"args":[${all}],${JSON.stringify(line).slice(1)}`;
  }

  /** How many characters a slot's line is longer than the call's; undefined: more than an argument may have. */
  added(page: OpenPage, slot: number): number | undefined {
    const workflow = this.#workflowOf(page.row);
    return workflow === undefined || page.note(slot)?.lineLength !== undefined ? 0 : this.given(workflow, callAt(page.row, slot))?.length;
  }

  /** What is put in front of a call's arguments, as JSON texts with commas between; undefined: it is too long. */
  given(workflow: Workflow, call: number): string | undefined {
    const { takes = false, after = null } = workflow.layout.calls[call] ?? {};
    if (!takes) return "";
    return after === null ? (workflow.record.given ?? "") : this.values.of(workflow, after);
  }

  /** The line as it is shown: the call's, with its relatives. */
  shown(row: PageRow, slot: number, text: string): string {
    const workflow = this.#workflowOf(row);
    return workflow === undefined ? text : JSON.stringify(this.#related(workflow, callAt(row, slot), text));
  }

  /** The id that a task is known by: its own, or that of the task that it stands for. */
  idOf(workflow: Workflow, call: number): string {
    const { into } = workflow.record;
    const isLast = into !== undefined && workflow.to !== null && "slot" in workflow.to && workflow.to.slot === call;
    return this.#addresses.idOf(isLast ? into : workflow.placeOf(call));
  }

  /** The same of a slot that is granted. */
  grantedId(page: OpenPage, slot: number): string | undefined {
    const workflow = this.#workflowOf(page.row);
    return workflow?.record.into === undefined ? undefined : this.idOf(workflow, callAt(page.row, slot));
  }

  relatives(workflow: Workflow, call: number): Relatives {
    const parent = workflow.parentOf(call);
    const group = workflow.layout.calls[call]?.group ?? null;
    const maker = workflow.record.plan.parent;
    return {
      rootId: maker?.rootId ?? this.idOf(workflow, workflow.rootOf(call)),
      parentId: parent === undefined ? (maker?.id ?? null) : this.idOf(workflow, parent),
      groupId: group === null ? null : this.#addresses.groupId(workflow.id, group),
    };
  }

  #related(workflow: Workflow, call: number, text: string): Line {
    const { root_id: _root, parent_id: _parent, ...line } = JSON.parse(text) as Line;
    const { rootId, parentId, groupId } = this.relatives(workflow, call);
    const related: Line = { ...line, root_id: rootId };
    if (parentId !== null) related.parent_id = parentId;
    if (groupId !== null) related.group_id = groupId;
    return related;
  }

  #workflowOf({ head }: PageRow): Workflow | undefined {
    return head.w === undefined ? undefined : this.#book.workflows.get(head.w.id);
  }
}

/** How a step ends whose arguments would be too long. */
export const TOO_LONG = JSON.stringify({
  exc_type: "EncodeError",
  exc_message: [
    `expected at most ${LARGEST_VALUE} characters of JSON (8 MB) in the arguments that are put together from the steps before, got more: ` +
      "store the data elsewhere and pass its key",
  ],
  exc_module: "kombu.exceptions",
});
