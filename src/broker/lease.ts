import { MAX_SLOTS } from "../core/ids.ts";
import type { Aborted } from "./api.ts";

/** Adjacent slots of one page that were granted together: page, first slot, how many, which attempt. */
export type Run = [page: number, slot: number, count: number, attempt: number];

/** A lease as its row keeps it. */
export interface LeaseState {
  /** The form of this row. */
  v: 1;
  queue: string;
  consumer: string;
  /** When it was first granted: milliseconds since 1970. */
  since: number;
  /** When it was last granted something; absent: when it was first. */
  grantedAt?: number;
  /** It holds one slot that comes from a lost lease, and is given no other. */
  alone: boolean;
  /** With `alone`: how often that slot was lost alone before. */
  lostAlone: number;
  /** The nonce of the last request that it was granted or reported by. */
  nonce: string;
  /** The number of the last report (`ReportRequest.sequence`). */
  sequence: number;
  /** What that request was granted, to answer it again. */
  granted: Run[];
  /** All that it holds. */
  held: Run[];
  /** The page in whose row it was written down before it had a row of its own: the note there is to go when the lease goes. */
  home?: number;
}

/** Who counts the slots of one queue that are held, by all leases on it. */
export interface Holdings {
  /** A slot of this page is held. */
  hold(page: number): void;
  /** It is not any more. */
  release(page: number): void;
}

/** What one consumer holds, and until when. */
export class Lease {
  readonly id: string;
  readonly queue: string;
  readonly consumer: string;
  readonly since: number;
  /** Milliseconds since 1970; renewals move it in memory only. */
  until: number;
  alone: boolean;
  lostAlone: number;
  nonce: string;
  sequence = 0;
  granted: Run[] = [];
  /** The page in whose row it is written down, if it holds that page whole and nothing else. */
  home: number | undefined;
  /** It has a row of its own. */
  inRow = false;
  /** When it was last granted something: milliseconds since 1970. */
  grantedAt: number;
  /** The attempts held, by slot key. */
  readonly #held = new Map<number, number>();
  readonly #holdings: Holdings;
  /** What was terminated and its consumer has not reported of, by slot key. */
  readonly #aborted = new Map<number, Aborted>();
  #untold = false;
  #hear: () => void = () => {};

  /** @param holdings of its queue: kept up with what it holds */
  constructor(
    id: string,
    until: number,
    state: Omit<LeaseState, "v" | "grantedAt" | "granted" | "held" | "home" | "sequence">,
    holdings: Holdings,
  ) {
    this.#holdings = holdings;
    this.id = id;
    this.until = until;
    this.queue = state.queue;
    this.consumer = state.consumer;
    this.since = state.since;
    this.grantedAt = state.since;
    this.alone = state.alone;
    this.lostAlone = state.lostAlone;
    this.nonce = state.nonce;
  }

  static read(id: string, until: number, state: LeaseState, holdings: Holdings): Lease {
    const lease = new Lease(id, until, state, holdings);
    lease.grantedAt = state.grantedAt ?? state.since;
    lease.granted = state.granted;
    lease.sequence = state.sequence;
    lease.home = state.home;
    for (const [page, first, count, attempt] of state.held) {
      for (let slot = first; slot < first + count; slot++) lease.hold(page, slot, attempt);
    }
    return lease;
  }

  get size(): number {
    return this.#held.size;
  }

  hold(page: number, slot: number, attempt: number): void {
    const { size } = this.#held;
    this.#held.set(slotKey(page, slot), attempt);
    if (this.#held.size > size) this.#holdings.hold(page);
  }

  /** Lets a slot go if it is held for this attempt, and tells whether it was. */
  release(page: number, slot: number, attempt: number): boolean {
    const key = slotKey(page, slot);
    this.#aborted.delete(key);
    if (this.#held.get(key) !== attempt) return false;
    this.#held.delete(key);
    this.#holdings.release(page);
    return true;
  }

  /** Lets a slot go that was ended over its consumer's head, which is to be told so. */
  abort(page: number, slot: number, attempt: number): void {
    this.release(page, slot, attempt);
    this.#aborted.set(slotKey(page, slot), { page, slot, attempt });
    this.#untold = true;
    this.#hear();
  }

  /** Whether something was terminated that its consumer was not told. */
  get untold(): boolean {
    return this.#untold;
  }

  /** What was terminated and its consumer has not reported of: an answer that tells it may get lost. */
  tell(): Aborted[] {
    this.#untold = false;
    return [...this.#aborted.values()];
  }

  /** `hear` is called when there is something to tell, or the lease ends, in place of whoever listened before, who is called now. */
  listen(hear: () => void): void {
    this.#hear();
    this.#hear = hear;
  }

  /** Lets all go that it holds. */
  end(): void {
    const pages = [...this.slots()].map(({ page }) => page);
    this.#held.clear();
    for (const page of pages) this.#holdings.release(page);
    this.#hear();
  }

  /** For which attempt it holds a slot; nothing when it does not. */
  attempt(page: number, slot: number): number | undefined {
    return this.#held.get(slotKey(page, slot));
  }

  holds(page: number, slot: number): boolean {
    return this.#held.has(slotKey(page, slot));
  }

  *slots(): Generator<{ page: number; slot: number; attempt: number }> {
    for (const [key, attempt] of this.#held) yield { page: Math.floor(key / MAX_SLOTS), slot: key % MAX_SLOTS, attempt };
  }

  state(): LeaseState {
    const { queue, consumer, since, grantedAt, alone, lostAlone, nonce, sequence, granted, home } = this;
    return { v: 1, queue, consumer, since, grantedAt, alone, lostAlone, nonce, sequence, granted, held: runs(this.slots()), home };
  }
}

/** One number for a slot of a page. */
export function slotKey(page: number, slot: number): number {
  return page * MAX_SLOTS + slot;
}

/** Folds slots into runs, in the order they come. */
export function runs(slots: Iterable<{ page: number; slot: number; attempt: number }>): Run[] {
  const folded: Run[] = [];
  for (const { page, slot, attempt } of slots) {
    const last = folded[folded.length - 1];
    if (last !== undefined && last[0] === page && last[1] + last[2] === slot && last[3] === attempt) last[2] += 1;
    else folded.push([page, slot, 1, attempt]);
  }
  return folded;
}
