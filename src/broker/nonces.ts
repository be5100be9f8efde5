import type { Refused, Submission } from "./api.ts";
import type { Named } from "./store/names.ts";
import type { PageStore } from "./store/pages.ts";

/** For how long a submit that is sent again is known as the same. */
const REPEAT_MILLISECONDS = 600_000;
/** How far the clocks of a caller and of the object may be apart. */
const SKEW_MILLISECONDS = 30_000;

/**
 * Finds the tasks of a submit that was sent before, by position: its nonce stands in the pages written for it. A call that
 * was answered with an earlier task is not among them. Only a repeated submit looks, so that a first one reads nothing;
 * the search goes from the newest page back to when it was first sent.
 */
export function findSubmit(pages: PageStore, { nonce, sentAt, calls }: Submission, now: number): Named[] {
  const places: Named[] = [];
  if (now - sentAt > REPEAT_MILLISECONDS) return places;
  let found = 0;
  for (const { id, head } of pages.newest(sentAt - SKEW_MILLISECONDS)) {
    for (const [of, call, slot, count] of head.n) {
      if (of !== nonce) continue;
      for (let index = 0; index < count; index++) places[call + index] = { page: id, slot: slot + index };
      found += count;
    }
    if (found === calls.length) break;
  }
  return places;
}

/** A submit that was sent again: when, and how it was refused if it was. */
interface Repeat {
  at: number;
  refused?: { attempt: number; answer: Refused };
}

/**
 * The submits that were sent again lately. When a connection breaks, its request may still arrive, even after it was sent
 * again: such a first sending must be told from one that is new, and is known by its repeat. Memory is enough: what is under way
 * to an object is lost with it.
 */
export class Repeats {
  readonly #lately = new Map<string, Repeat>();

  /** Whether a submit may have been accepted before. `now` is in milliseconds since 1970. */
  include({ nonce, attempt }: Submission, now: number): boolean {
    if (attempt === 1) return this.#lately.has(nonce);
    for (const [oldest, { at }] of this.#lately) {
      if (now - at <= REPEAT_MILLISECONDS) break;
      this.#lately.delete(oldest);
    }
    this.#lately.set(nonce, { at: now });
    return true;
  }

  /** A submit was refused for what may be otherwise in a moment: an earlier sending that comes later must not be accepted. */
  refuse({ nonce, attempt }: Submission, answer: Refused): void {
    const repeat = this.#lately.get(nonce);
    if (repeat !== undefined) repeat.refused = { attempt, answer };
  }

  /** How a sending was refused that was overtaken by a later one: nobody waits for its answer. */
  refused({ nonce, attempt }: Submission): Refused | undefined {
    const refused = this.#lately.get(nonce)?.refused;
    return refused !== undefined && attempt < refused.attempt ? refused.answer : undefined;
  }
}
