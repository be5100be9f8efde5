/**
 * Pages: tasks that were accepted together lie together in one row. This file says which calls may share a page and
 * what a page keeps beside their lines.
 */
import type { Call, CallLimits } from "./call.ts";
import { MAX_SLOTS } from "./ids.ts";
import { laneName } from "./lane-name.ts";

/**
 * About how many characters one page holds, of lines and of what stands beside them; a single larger line has a page of its own.
 * Counting characters is enough: they take at most three bytes each, which leaves a page's row far below the platform's 2 MB.
 */
export const PAGE_CHARACTERS = 256_000;

/** What the broker must know of a page's slots without opening their lines; stored as JSON. Absent: nobody has any. */
export interface PageHead {
  /** The form of this head, so that a later version can read it. */
  v: 1;
  /** Which submits its tasks came from: nonce, position of the first call in that submit, first slot, how many. */
  n: [nonce: string, call: number, slot: number, count: number][];
  /** The priority of all its tasks, 0 to 9; absent: 0. */
  p?: number;
  /** None of its tasks is started again once it may have started (`Call.atMostOnce`). */
  once?: true;
  /** Due instants and expiry instants (milliseconds since 1970) by slot. */
  due?: Record<string, number>;
  expires?: Record<string, number>;
  /** Ids that callers chose, by slot. */
  alias?: Record<string, string>;
  /** Idempotency keys, by slot. */
  keys?: Record<string, string>;
  /** All its tasks are of one workflow: its number, and which of its calls lie where. */
  w?: { id: number; at: [call: number, slot: number, count: number][] };
  /** The shard's backlog once this page was written: how many of its tasks were unfinished, at most. Absent: not known. */
  b?: number;
}

/** A page about to be written. */
export interface PageDraft {
  /** Its lane (core/lane-name.ts). */
  queue: string;
  /** The limits of its tasks, as the last of them says. */
  limits?: CallLimits;
  /** When it first needs attention: its earliest due instant (milliseconds since 1970). */
  due: number;
  head: PageHead;
  lines: string[];
}

/** A call to be placed, and the submit it came with. */
export interface Placeable {
  call: Call;
  nonce: string;
  /** Its position in that submit. */
  position: number;
  /** It waits for others of its workflow: it is not due before it is released. */
  sleeps?: boolean;
}

/** Where a call was put: an index into the drafts, and the slot there. */
export interface Place {
  draft: number;
  slot: number;
}

/** When a page is due of which every task waits for others of its workflow: never, until one is released. The last instant that a Date can tell. */
export const ASLEEP = 8_640_000_000_000_000;

/** About how many characters an instant takes in a head, and a run of a submit beside its nonce. */
const INSTANT_CHARACTERS = 24;
const RUN_CHARACTERS = 24;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/**
 * Puts calls on pages, in their order. A page holds tasks of one lane (queue, limit and key), one priority, one say on being started twice and one due class (now; by the
 * minute for an hour; by the hour for a day; by the day), so that a page is not kept waiting, nor in memory, for one far task.
 * @param workflow the number of the workflow that all of the calls are of; `position` is then their place in it
 */
export function paginate(calls: readonly Placeable[], now: number, workflow?: number): { drafts: PageDraft[]; places: Place[] } {
  const drafts: PageDraft[] = [];
  const places: Place[] = [];
  const open = new Map<string, { index: number; characters: number }>();
  for (const placeable of calls) {
    const { call } = placeable;
    const queue = laneName(call.queue, call.limits);
    const kind = `${dueClass(call.due, now)} ${call.priority ?? 0} ${call.atMostOnce === true} ${queue}`;
    let page = open.get(kind);
    const full = page !== undefined && (page.characters + weigh(call) > PAGE_CHARACTERS || drafts[page.index]?.lines.length === MAX_SLOTS);
    if (page === undefined || full) {
      page = { index: drafts.length, characters: 0 };
      open.set(kind, page);
      const head: PageHead = workflow === undefined ? { v: 1, n: [] } : { v: 1, n: [], w: { id: workflow, at: [] } };
      drafts.push({ queue, due: ASLEEP, head, lines: [] });
    }
    const draft = drafts[page.index] as PageDraft;
    const runs = draft.head.n.length;
    places.push({ draft: page.index, slot: place(placeable, draft, now) });
    page.characters += weigh(call) + (draft.head.n.length - runs) * (placeable.nonce.length + RUN_CHARACTERS);
  }
  return { drafts, places };
}

/** A page's head is one value in its row, as its lines are: ids and keys of the caller's can be longer than the lines. */
function weigh({ line, due, expires, taskId, idempotency }: Call): number {
  const instants = (due === undefined ? 0 : INSTANT_CHARACTERS) + (expires === undefined ? 0 : INSTANT_CHARACTERS);
  const names =
    (taskId === undefined ? 0 : taskId.length + RUN_CHARACTERS) +
    // In JSON a control character takes six.
    (idempotency === undefined ? 0 : JSON.stringify(idempotency.key).length + RUN_CHARACTERS);
  return line.length + instants + names;
}

function dueClass(due: number | undefined, now: number): string {
  if (due === undefined || due <= now) return "now";
  if (due - now <= HOUR) return `m${Math.floor(due / MINUTE)}`;
  if (due - now <= DAY) return `h${Math.floor(due / HOUR)}`;
  return `d${Math.floor(due / DAY)}`;
}

function place({ call, nonce, position, sleeps = false }: Placeable, draft: PageDraft, now: number): number {
  const { head } = draft;
  const slot = draft.lines.length;
  draft.lines.push(call.line);
  if (!sleeps) draft.due = Math.min(draft.due, call.due === undefined ? now : Math.max(call.due, now));
  const run = head.n[head.n.length - 1];
  if (run !== undefined && run[0] === nonce && run[1] + run[3] === position) run[3] += 1;
  else head.n.push([nonce, position, slot, 1]);
  if (head.w !== undefined) {
    const last = head.w.at.at(-1);
    if (last !== undefined && last[0] + last[2] === position) last[2] += 1;
    else head.w.at.push([position, slot, 1]);
  }
  if (call.limits !== undefined) draft.limits = call.limits;
  if (call.priority) head.p = call.priority;
  if (call.atMostOnce === true) head.once = true;
  if (call.due !== undefined && call.due > now) head.due = noted(head.due, slot, call.due);
  if (call.expires !== undefined) head.expires = noted(head.expires, slot, call.expires);
  if (call.taskId !== undefined) head.alias = noted(head.alias, slot, call.taskId);
  if (call.idempotency !== undefined) head.keys = noted(head.keys, slot, call.idempotency.key);
  return slot;
}

function noted<T>(notes: Record<string, T> = {}, slot: number, note: T): Record<string, T> {
  notes[slot] = note;
  return notes;
}
