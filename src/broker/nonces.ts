import type { PageHead } from "../core/page.ts";
import type { Refused, Submission } from "./api.ts";
import type { Named } from "./store/names.ts";
import type { PageStore } from "./store/pages.ts";

/** For how long a submit that is sent again is known as the same. */
const REPEAT_MILLISECONDS = 600_000;
/** How far the clocks of a caller and of the object may be apart. */
const SKEW_MILLISECONDS = 30_000;
/** What was read stays in memory so long after it was last of use, and so many nonces at most: repeats come in swarms, after a reset. */
const KEPT_MILLISECONDS = 30_000;
const KEPT_NONCES = 50_000;

/** Calls of one submit that lie in adjacent slots of a page. */
interface Run extends Named {
  nonce: string;
  /** The position of the first of them in the submit. */
  call: number;
  count: number;
}

/** The pages from number `oldest` to `newest` that were read: which runs they hold, by nonce. */
interface Read {
  oldest: number;
  newest: number;
  runs: Map<string, Run[]>;
  /** When it was last of use: milliseconds since 1970. */
  used: number;
}

/**
 * Finds the tasks of submits that were sent before: their nonces stand in the pages written for them. Only a repeated submit
 * looks, so that a first one reads nothing. The search goes from the newest page back to when it was first sent; of repeats that
 * come one soon after the other each reads only what those before have not.
 */
export class Nonces {
  readonly #pages: PageStore;
  #read: Read = nothing();

  constructor(pages: PageStore) {
    this.#pages = pages;
  }

  /** Where a submit's calls lie, by position; those that were answered with an earlier task are not among them. `now`: milliseconds since 1970. */
  find({ nonce, sentAt, calls }: Submission, now: number): Named[] {
    if (now - sentAt > REPEAT_MILLISECONDS) return [];
    if (now - this.#read.used > KEPT_MILLISECONDS || this.#read.runs.size > KEPT_NONCES) this.#read = nothing();
    const read = this.#read;
    read.used = now;
    if (read.newest >= 0) this.#readNewer(read);
    const runs = [...(read.runs.get(nonce) ?? [])];
    let found = runs.reduce((sum, { count }) => sum + count, 0);
    for (const { id, created, n } of found < calls.length ? this.#pages.before(read.oldest) : []) {
      if (created < sentAt - SKEW_MILLISECONDS) break;
      for (const run of runsOf(id, n)) {
        if (run.nonce !== nonce) continue;
        runs.push(run);
        found += run.count;
      }
      // What is too much to be kept is read again by the next one.
      if (read.runs.size <= KEPT_NONCES) keep(read, id, n);
      if (found >= calls.length) break;
    }
    return placesOf(runs);
  }

  #readNewer(read: Read): void {
    for (const { id, n } of this.#pages.since(read.newest)) keep(read, id, n);
  }
}

function nothing(): Read {
  return { oldest: Number.MAX_SAFE_INTEGER, newest: -1, runs: new Map(), used: 0 };
}

function keep(read: Read, page: number, n: PageHead["n"]): void {
  read.oldest = Math.min(read.oldest, page);
  read.newest = Math.max(read.newest, page);
  for (const run of runsOf(page, n)) {
    const known = read.runs.get(run.nonce);
    if (known === undefined) read.runs.set(run.nonce, [run]);
    else known.push(run);
  }
}

function runsOf(page: number, n: PageHead["n"]): Run[] {
  return n.map(([nonce, call, slot, count]) => ({ nonce, page, slot, call, count }));
}

function placesOf(runs: readonly Run[]): Named[] {
  const places: Named[] = [];
  for (const { page, slot, call, count } of runs) {
    for (let index = 0; index < count; index++) places[call + index] = { page, slot: slot + index };
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
