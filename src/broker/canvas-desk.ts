import type { Clock } from "../clock.ts";
import type { Line } from "../core/call.ts";
import { isFinal } from "../core/state.ts";
import type { Addresses } from "./addresses.ts";
import type {
  AddedToGroup,
  AddToGroup,
  CanvasApi,
  GroupMember,
  GroupPart,
  GroupRequest,
  NoCanvas,
  Repeatable,
  TreeNode,
  TreePart,
  TreeRequest,
} from "./api.ts";
import type { Book } from "./book.ts";
import type { Reader } from "./reader.ts";
import type { StepLines } from "./step-lines.ts";
import type { Named } from "./store/names.ts";
import type { Waiters } from "./waiters.ts";
import type { Workflow } from "./workflow.ts";
import { callAt } from "./workflows.ts";

/** The longest a request is held open (milliseconds), and the most nodes or members that one answer carries. */
const LONGEST_WAIT = 60_000;
const MOST = 1_000;
/** About how many characters of results one answer carries. */
const ANSWER_CHARACTERS = 4_000_000;

/** What a desk for canvases stands on. */
export interface CanvasDeskParts {
  book: Book;
  addresses: Addresses;
  lines: StepLines;
  reader: Reader;
  waiters: Waiters;
  clock: Clock;
  /** Adds to a group, in a transaction. */
  add(request: Repeatable<AddToGroup>): Promise<AddedToGroup>;
}

/** Answers what a shard is asked of canvases. */
export class CanvasDesk implements CanvasApi {
  readonly #parts: CanvasDeskParts;

  constructor(parts: CanvasDeskParts) {
    this.#parts = parts;
  }

  async tree({ id, cursor, limit }: TreeRequest): Promise<TreePart | NoCanvas> {
    const { addresses, book } = this.#parts;
    const group = addresses.findGroup(id);
    if (group !== undefined) {
      const workflow = book.workflows.get(group.workflow);
      return workflow === undefined ? EXPIRED : this.#walk(workflow, cursor, limit);
    }
    const place = addresses.find(id);
    if (place === undefined) return UNKNOWN;
    const row = book.open.get(place.page)?.row ?? book.pages.get(place.page);
    if (row === undefined) return EXPIRED;
    const workflow = row.head.w && book.workflows.get(row.head.w.id);
    if (workflow !== undefined) return this.#walk(workflow, cursor, limit);
    const node = this.#node(id, place);
    return node === undefined ? EXPIRED : { found: true, rootId: node.rootId, nodes: [node], cursor: null };
  }

  async group({ id, waitMilliseconds, cursor, limit }: GroupRequest): Promise<GroupPart | NoCanvas> {
    const { addresses, book, waiters } = this.#parts;
    const found = addresses.findGroup(id);
    if (found === undefined) return UNKNOWN;
    const workflow = book.workflows.get(found.workflow);
    if (workflow === undefined) return EXPIRED;
    const { join } = found;
    if (waitMilliseconds > 0 && workflow.causeOf({ join }) === undefined)
      await waiters.wait(found.workflow, join, Math.min(waitMilliseconds, LONGEST_WAIT) / 1000);
    // It may have been let go of meanwhile.
    const now = book.workflows.get(found.workflow);
    return now === undefined ? EXPIRED : this.#groupOf(now, id, join, cursor, limit);
  }

  addToGroup(request: Repeatable<AddToGroup>): Promise<AddedToGroup> {
    return this.#parts.add(request);
  }

  #groupOf(workflow: Workflow, id: string, join: number, cursor: string | null, limit: number): GroupPart {
    const { lines } = this.#parts;
    const { parts = [], after = null } = workflow.layout.joins[join] ?? {};
    const parent = after === null ? undefined : workflow.lastOf(after);
    const group: GroupPart = {
      found: true,
      groupId: id,
      parentId: parent === undefined ? (workflow.record.plan.parent?.id ?? null) : lines.idOf(workflow, parent),
      count: parts.length,
      completed: 0,
      successful: 0,
      failed: 0,
      ready: workflow.causeOf({ join }) !== undefined,
      members: [],
      cursor: null,
    };
    for (const part of parts) {
      const cause = workflow.causeOf(part);
      if (cause === undefined) continue;
      group.completed += 1;
      if (cause === null) group.successful += 1;
      else group.failed += 1;
    }
    let characters = 0;
    let index = from(cursor);
    for (; index < parts.length && group.members.length < most(limit) && characters < ANSWER_CHARACTERS; index++) {
      const part = parts[index];
      if (part === undefined) break;
      const member: GroupMember =
        "join" in part ? { groupId: this.#parts.addresses.groupId(workflow.id, part.join) } : this.#member(workflow, part.slot);
      if (member !== null && "task" in member) characters += member.task.result?.length ?? 0;
      group.members.push(member);
    }
    if (index < parts.length) group.cursor = String(index);
    return group;
  }

  #member(workflow: Workflow, call: number): GroupMember {
    const { reader, lines, clock } = this.#parts;
    const lookup = reader.read(lines.idOf(workflow, call), workflow.placeOf(call), clock.now());
    return lookup.found ? { task: lookup.record } : null;
  }

  #walk(workflow: Workflow, cursor: string | null, limit: number): TreePart {
    const nodes: TreeNode[] = [];
    let call = from(cursor);
    for (; call < workflow.size && nodes.length < most(limit); call++) {
      const node = this.#node(this.#parts.lines.idOf(workflow, call), workflow.placeOf(call));
      if (node !== undefined) nodes.push(node);
    }
    const rootId = workflow.size === 0 ? "" : this.#parts.lines.relatives(workflow, 0).rootId;
    return { found: true, rootId, nodes, cursor: call < workflow.size ? String(call) : null };
  }

  /** One task; nothing when it has expired. */
  #node(id: string, place: Named): TreeNode | undefined {
    const { reader, clock } = this.#parts;
    const lookup = reader.read(id, place, clock.now());
    if (!lookup.found) return undefined;
    const { state, line, children = [], receivedAt, startedAt, doneAt } = lookup.record;
    const { task, root_id: rootId = id, parent_id: parentId = null, group_id: groupId = null } = JSON.parse(line) as Line;
    const next = this.#next(place);
    return {
      id,
      name: task,
      state,
      rootId,
      parentId,
      groupId,
      children: [...next, ...children],
      receivedAt,
      startedAt,
      doneAt: isFinal(state) ? doneAt : null,
    };
  }

  /** The ids of the calls of its workflow that come right after a task. */
  #next({ page, slot }: Named): string[] {
    const { book, lines } = this.#parts;
    const row = book.open.get(page)?.row ?? book.pages.get(page);
    const workflow = row?.head.w && book.workflows.get(row.head.w.id);
    if (row === undefined || workflow === undefined) return [];
    return workflow.after(callAt(row, slot), MOST).map((call) => lines.idOf(workflow, call));
  }
}

const UNKNOWN: NoCanvas = { found: false, why: "unknown" };
const EXPIRED: NoCanvas = { found: false, why: "expired" };

function from(cursor: string | null): number {
  const at = Number(cursor ?? 0);
  return Number.isSafeInteger(at) && at >= 0 ? at : 0;
}

function most(limit: number): number {
  return Math.min(MOST, Math.max(1, Math.floor(limit) || 1));
}
