import type { FinalState } from "../state.ts";
import type { Layout, Source } from "./plan.ts";

/** A call that can no longer run, and how it ends. */
export interface Ended {
  slot: number;
  /** The call whose end it owes its own to. */
  cause: number;
  /**
   * `same`: as the cause did (a later step of its chain, a member of a group after a chord's header); `chord_error`: FAILURE `ChordError` that names the cause (the
   * body of a chord).
   */
  as: "same" | "chord_error";
  /** Its own errbacks are called: it stands for what failed, as a chord's body does for its header. */
  errbacks: boolean;
}

/** What follows from the end of a call. */
export interface Following {
  /** Calls that may start now. */
  ready: number[];
  /** Calls that never will. */
  ended: Ended[];
  /** Groups of which the last member has ended; `cause` is the call to blame, null: all have succeeded. */
  joined: { join: number; cause: number | null }[];
}

/** A call, or a part of a join, that has ended; `cause` is the call to blame, none if it succeeded. */
type Work = { slot: number; cause: number } | { join: number; cause: number };

const NONE = -1;

/**
 * How far a canvas has come. Each end is told once, in any order that the plan allows, and answers what follows from it: every call is told to be ready, or ended, exactly
 * once. Takes constant time for each call of the canvas, over its whole life. All of it can be told again from the ends alone.
 */
export class Progress {
  readonly #plan: Layout;
  /** The first call after each slot and each join, and the next one beside each: lists without a list for each. */
  readonly #afterSlot: Int32Array;
  readonly #afterJoin: Int32Array;
  readonly #beside: Int32Array;
  /** The join that each slot and each join is a part of. */
  #slotIn: Int32Array;
  readonly #joinIn: Int32Array;
  /** How many parts of each join have not come to their end. */
  readonly #left: Int32Array;
  /** The first call to blame for the failure of a join. */
  readonly #blame: Int32Array;
  /** Of each call: 0 until it has ended, 1 when it has succeeded, 2 when it has not. */
  #over: Uint8Array;
  #size: number;
  #overs = 0;
  /** The groups without members that wait for a source, by its key. */
  readonly #empty = new Map<number, number[]>();

  constructor(plan: Layout) {
    const { calls, joins } = plan;
    this.#plan = plan;
    this.#afterSlot = new Int32Array(calls.length).fill(NONE);
    this.#afterJoin = new Int32Array(joins.length).fill(NONE);
    this.#beside = new Int32Array(calls.length).fill(NONE);
    this.#slotIn = new Int32Array(calls.length).fill(NONE);
    this.#joinIn = new Int32Array(joins.length).fill(NONE);
    this.#left = new Int32Array(joins.length);
    this.#blame = new Int32Array(joins.length).fill(NONE);
    this.#over = new Uint8Array(calls.length);
    this.#size = calls.length;
    for (const [join, { parts, after }] of joins.entries()) {
      this.#left[join] = Math.max(1, parts.length);
      for (const part of parts) this.#setIn(part, join);
      if (parts.length > 0 || after === null) continue;
      const waiting = this.#empty.get(keyOf(after));
      if (waiting === undefined) this.#empty.set(keyOf(after), [join]);
      else waiting.push(join);
    }
    // From the last, so that each list comes out in the order of the slots.
    for (let slot = calls.length - 1; slot >= 0; slot--) {
      const after = calls[slot]?.after ?? null;
      if (after === null) continue;
      this.#beside[slot] = this.#firstAfter(after);
      if ("slot" in after) this.#afterSlot[after.slot] = slot;
      else this.#afterJoin[after.join] = slot;
    }
  }

  /** What may start at once; to be asked first. Groups without members are joined at once. */
  start(): Following {
    const following: Following = { ready: [], ended: [], joined: [] };
    for (const [slot, { after }] of this.#plan.calls.entries()) if (after === null) following.ready.push(slot);
    const work: Work[] = [];
    for (const [join, { parts, after }] of this.#plan.joins.entries())
      if (parts.length === 0 && after === null) work.push({ join, cause: NONE });
    this.#settle(work, following);
    return following;
  }

  /** Takes one more call, beyond all others, as a part of a join that has not come to its end; it waits for nothing, and nothing but the join for it. Constant time on average. */
  add(join: number): void {
    const slot = this.#size++;
    if (slot >= this.#over.length) {
      const over = new Uint8Array(2 * slot + 1);
      const slotIn = new Int32Array(2 * slot + 1).fill(NONE);
      over.set(this.#over);
      slotIn.set(this.#slotIn);
      this.#over = over;
      this.#slotIn = slotIn;
    }
    this.#slotIn[slot] = join;
    this.#left[join] = (this.#left[join] ?? 0) + 1;
  }

  /** Tells how a call ended; one that is over already is not heard. */
  end(slot: number, state: FinalState): Following {
    const following: Following = { ready: [], ended: [], joined: [] };
    if (this.#over[slot] === 0) this.#settle([{ slot, cause: state === "SUCCESS" ? NONE : slot }], following);
    return following;
  }

  /** Whether a call has ended, or never will start. */
  isOver(slot: number): boolean {
    return this.#over[slot] !== 0;
  }

  /** Whether all calls have. */
  get areAllOver(): boolean {
    return this.#overs === this.#size;
  }

  /** How a source has ended: undefined while it has not, null when it has succeeded, else the call to blame. */
  causeOf(source: Source): number | null | undefined {
    if ("slot" in source) {
      const over = this.#over[source.slot] ?? 0;
      return over === 0 ? undefined : over === 1 ? null : source.slot;
    }
    if ((this.#left[source.join] ?? 0) > 0) return undefined;
    const blame = this.#blame[source.join] ?? NONE;
    return blame === NONE ? null : blame;
  }

  /** The first calls that wait for a call, or for a join that it is a part of; `most` of them. */
  after(slot: number, most: number): number[] {
    const found: number[] = [];
    const add = (first: number) => {
      for (let at = first; at !== NONE && found.length < most; at = this.#beside[at] ?? NONE) found.push(at);
    };
    add(this.#afterSlot[slot] ?? NONE);
    for (let join = this.#slotIn[slot] ?? NONE; join !== NONE; join = this.#joinIn[join] ?? NONE) add(this.#afterJoin[join] ?? NONE);
    return found;
  }

  /** A list of work, and no recursion: a canvas may fail through thousands of steps and groups in one go. */
  #settle(work: Work[], following: Following): void {
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      if ("slot" in next) this.#endCall(next.slot, next.cause, work, following);
      else this.#countPart(next.join, next.cause, work, following);
    }
  }

  #endCall(slot: number, cause: number, work: Work[], following: Following): void {
    // It was revoked while it waited.
    if (this.#over[slot] !== 0) return;
    this.#over[slot] = cause === NONE ? 1 : 2;
    this.#overs += 1;
    for (let after = this.#afterSlot[slot] ?? NONE; after !== NONE; after = this.#beside[after] ?? NONE) {
      if (this.#over[after] !== 0) continue;
      if (cause === NONE) {
        following.ready.push(after);
        continue;
      }
      following.ended.push({ slot: after, cause, as: "same", errbacks: false });
      work.push({ slot: after, cause });
    }
    for (const join of this.#empty.get(slot) ?? []) work.push({ join, cause });
    const join = this.#slotIn[slot] ?? NONE;
    if (join !== NONE) work.push({ join, cause });
  }

  #countPart(join: number, cause: number, work: Work[], following: Following): void {
    this.#left[join] = (this.#left[join] ?? 0) - 1;
    if (cause !== NONE && this.#blame[join] === NONE) this.#blame[join] = cause;
    if (this.#left[join] === 0) this.#endJoin(join, work, following);
  }

  #endJoin(join: number, work: Work[], following: Following): void {
    const blame = this.#blame[join] ?? NONE;
    following.joined.push({ join, cause: blame === NONE ? null : blame });
    for (let after = this.#afterJoin[join] ?? NONE; after !== NONE; after = this.#beside[after] ?? NONE) {
      if (this.#over[after] !== 0) continue;
      if (blame === NONE) {
        following.ready.push(after);
        continue;
      }
      const member = this.#plan.calls[after]?.member === true;
      following.ended.push({ slot: after, cause: blame, as: member ? "same" : "chord_error", errbacks: true });
      work.push({ slot: after, cause: member ? blame : after });
    }
    for (const empty of this.#empty.get(keyOf({ join })) ?? []) work.push({ join: empty, cause: blame });
    const outer = this.#joinIn[join] ?? NONE;
    if (outer !== NONE) work.push({ join: outer, cause: blame });
  }

  #setIn(part: Source, join: number): void {
    if ("slot" in part) this.#slotIn[part.slot] = join;
    else this.#joinIn[part.join] = join;
  }

  #firstAfter(source: Source): number {
    return ("slot" in source ? this.#afterSlot[source.slot] : this.#afterJoin[source.join]) ?? NONE;
  }
}

/** One number for a source: calls from 0 up, joins below. */
function keyOf(source: Source): number {
  return "slot" in source ? source.slot : -1 - source.join;
}
