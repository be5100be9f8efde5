import { movedLane } from "../core/lane-name.ts";
import type { TaskTally } from "../core/task-tally.ts";
import type { SlotNote } from "./slot-note.ts";
import type { PageRow } from "./store/pages.ts";

/** Where the slots of a page are counted by their names: one tally for all, or one for each. */
export type PageTallies = TaskTally | readonly TaskTally[];

/** A page in memory of which something waits or runs. */
export class OpenPage {
  readonly row: PageRow;
  /** How many of its slots have not ended. */
  remaining: number;
  /** Nothing of it has ended yet: if all ends at once, the outcomes may lie in the page's own row. */
  whole: boolean;
  /** Of some of its slots more is written down than how they ended (broker/notes.ts). */
  tried = false;
  /** It is not in memory any more: what still refers to it is to pass it by. */
  closed = false;
  /** It is closed, and will be read again (broker/rest.ts). */
  laidDown = false;
  /** How many of its slots wait to be run again. */
  waitingAgain = 0;
  /** Where its slots are counted by their names, once its lines were looked at. */
  tallies: PageTallies | undefined;
  readonly #notes = new Map<number, SlotNote>();
  /** A bit for each slot that has ended, while others have not. */
  #ended: Uint8Array | undefined;

  /** @param ended the slots that have ended */
  constructor(row: PageRow, ended: ReadonlySet<number> = new Set()) {
    this.row = row;
    this.remaining = row.count - ended.size;
    this.whole = ended.size === 0;
    this.noteEnded(ended);
  }

  get id(): number {
    return this.row.id;
  }

  get priority(): number {
    return this.row.head.p ?? 0;
  }

  /** Whether a slot has ended, so that asking for one that has not reads no row. */
  hasEnded(slot: number): boolean {
    return ((this.#ended?.[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;
  }

  noteEnded(slots: Iterable<number>): void {
    for (const slot of slots) {
      this.#ended ??= new Uint8Array(Math.ceil(this.row.count / 8));
      this.#ended[slot >> 3] = (this.#ended[slot >> 3] ?? 0) | (1 << (slot & 7));
      this.#dropNote(slot);
    }
  }

  /** Whether a slot that waited in memory waits no more. */
  isGone(slot: number): boolean {
    return this.closed || this.hasEnded(slot);
  }

  /** What a slot remembers that has not ended; nothing when it is fresh. */
  note(slot: number): SlotNote | undefined {
    return this.#notes.get(slot);
  }

  /** The notes of all slots that have not ended and have one. */
  notes(): Iterable<[slot: number, note: SlotNote]> {
    return this.#notes;
  }

  keepNote(slot: number, note: SlotNote): void {
    this.#dropNote(slot);
    this.tried = true;
    this.#notes.set(slot, note);
    if (note.waits === "again") this.waitingAgain += 1;
  }

  /** Whether it is written down what became of an attempt. */
  isOver(slot: number, attempt: number): boolean {
    const note = this.#notes.get(slot);
    if (note === undefined) return this.hasEnded(slot);
    return note.waits === undefined ? note.attempts > attempt : note.attempts >= attempt;
  }

  /** A slot is granted: gives the number of the attempt. */
  grant(slot: number): number {
    const note = this.#notes.get(slot);
    if (note === undefined) return 1;
    if (note.waits === "again") this.waitingAgain -= 1;
    delete note.waits;
    note.attempts += 1;
    return note.attempts;
  }

  #dropNote(slot: number): void {
    if (this.#notes.get(slot)?.waits === "again") this.waitingAgain -= 1;
    this.#notes.delete(slot);
  }

  /** When a slot is due, if it has an instant of its own: milliseconds since 1970. */
  due(slot: number): number | undefined {
    return this.#notes.get(slot)?.due ?? this.row.head.due?.[slot];
  }

  /** The name of the lane that a slot waits in (core/lane-name.ts). */
  laneOf(slot: number): string {
    const queue = this.#notes.get(slot)?.queue;
    return queue === undefined ? this.row.queue : movedLane(this.row.queue, queue);
  }

  /** The priority that a slot waits with. */
  priorityOf(slot: number): number {
    return this.#notes.get(slot)?.priority ?? this.priority;
  }

  expires(slot: number): number | undefined {
    return this.#notes.get(slot)?.expires ?? this.row.head.expires?.[slot];
  }

  alias(slot: number): string | undefined {
    return this.row.head.alias?.[slot];
  }
}
