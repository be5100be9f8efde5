import { homesOf, nameOfId, readName } from "../core/homes.ts";
import type { Addresses } from "./addresses.ts";
import type { Known, Lent, NameFacts, NamesAnswer, NamesRequest, ShardLookup, Taken } from "./api.ts";
import type { Book } from "./book.ts";
import type { Loan } from "./store/loans.ts";

const HOUR = 3_600_000;
/** How long an idempotency key is kept. */
const KEY_MILLISECONDS = 24 * HOUR;
/** A loan lasts longer than any submit that goes by it is under way, and is renewed by use, at most once an hour. */
const LOAN_MILLISECONDS = KEY_MILLISECONDS + HOUR;
/** How many loans are looked at together. */
const MOST_LOANS = 1_000;
/** A borrower that could not be asked is asked again after so long. */
const AGAIN_MILLISECONDS = HOUR;

/** Where another shard is asked what names stand for. */
export type Peer = (shard: number) => { names(request: NamesRequest): Promise<NamesAnswer> };

/**
 * Which names (core/homes.ts) this shard may decide. A name is decided by its home, or, when a submit holds names of several homes,
 * by the lowest of these shards: the others lend it their names, for good as far as anyone who looks is concerned. Loans
 * lead downward only, so whoever follows them comes to an end, and there alone the name is decided.
 *
 * Names are spread over as many shards as this one was ever told of, by its configuration or a caller. Whoever takes them to be
 * spread over fewer is turned away, so that once a shard knows of more, nothing is decided there by what was. A home that
 * learned lately that it is one does not decide before the name's former homes were asked; having been asked, they know too.
 */
export class Homes {
  readonly #book: Book;
  readonly #addresses: Addresses;
  /** For how long former homes may still know a name. */
  readonly #youth: number;
  #count: number;
  #since: number;

  /** @param ttl `result_expires` in milliseconds */
  constructor(book: Book, addresses: Addresses, ttl: number) {
    this.#book = book;
    this.#addresses = addresses;
    this.#youth = Math.max(KEY_MILLISECONDS, ttl) + HOUR;
    const [count, since] = (book.meta.get("shards") ?? "1 0").split(" ").map(Number);
    this.#count = count ?? 1;
    this.#since = since ?? 0;
  }

  /** Over how many shards names are spread. */
  get known(): Known {
    return { shards: this.#count };
  }

  /** Takes note of how many shards there are; they never become fewer. Inside a transaction. */
  learn(shards: number, now: number): void {
    if (shards <= this.#count) return;
    this.#count = shards;
    this.#since = now;
    this.#book.meta.set("shards", `${shards} ${now}`);
  }

  /** Whether a name that is not taken here may be taken here, by what the maker of its submit knows. */
  decides(name: string, facts: NameFacts | undefined, now: number): boolean {
    if (this.#count === 1) return true;
    if (facts?.shards !== this.#count || this.#book.loans.get(name) !== undefined) return false;
    return facts.asked || !this.#young(now) || homesOf(name, this.#count).length === 1;
  }

  /** What is answered to who reads an id that is not known here. */
  lookElsewhere(id: string): ShardLookup {
    if (this.#count === 1) return { found: false, why: "unknown" };
    const lentTo = this.#book.loans.get(nameOfId(id))?.shard;
    return { found: false, why: "elsewhere", ...this.known, ...(lentTo !== undefined && { lentTo }) };
  }

  /** Tells what names stand for, and lends those that are free if it is asked to. Inside a transaction. */
  answer({ shards, names, lendTo, ending = false }: NamesRequest, now: number): NamesAnswer {
    this.learn(shards, now);
    const answers = shards < this.#count ? [] : names.map((name) => this.#taken(name, now) ?? this.#lent(name, lendTo, ending ? 0 : now));
    return { ...this.known, young: this.#young(now), names: answers };
  }

  /** When loans are to be looked at next: milliseconds since 1970; infinite when there are none. */
  next(now: number): number {
    const next = this.#count === 1 ? undefined : this.#book.loans.next();
    if (next === undefined) return Number.POSITIVE_INFINITY;
    return next <= now ? now + AGAIN_MILLISECONDS : next;
  }

  /**
   * Ends loans whose time is over and whose borrower does not need them any more: the name stands for nothing there. Tells
   * whether there are more.
   * @param change runs a change as a transaction
   */
  async settle(peer: Peer, change: <T>(work: (now: number) => T) => Promise<T>): Promise<boolean> {
    if (this.#count === 1) return false;
    const over = await change((now) => this.#book.loans.over(now, MOST_LOANS));
    let more = over.length === MOST_LOANS;
    for (const shard of new Set(over.map((loan) => loan.shard))) {
      const loans = over.filter((loan) => loan.shard === shard);
      try {
        const answer = await peer(shard).names({
          version: 1,
          shards: this.#count,
          names: loans.map(({ name }) => name),
          ending: true,
        });
        await change((now) => this.#settled(loans, answer, now));
      } catch {
        // They are still over when the alarm comes again.
        more = false;
      }
    }
    return more;
  }

  #settled(loans: readonly Loan[], answer: NamesAnswer, now: number): void {
    this.learn(answer.shards, now);
    for (const [index, { name }] of loans.entries()) {
      const loan = this.#book.loans.get(name);
      // Whoever went by it while the borrower was asked has renewed it.
      if (loan === undefined || loan.until > now) continue;
      if (answer.names[index] === null) this.#book.loans.delete(name);
      else this.#book.loans.put({ ...loan, until: now + LOAN_MILLISECONDS });
    }
  }

  #taken(name: string, now: number): Taken | undefined {
    const read = readName(name);
    if ("id" in read) return this.#addresses.find(read.id) === undefined ? undefined : { id: read.id };
    const place = this.#book.names.key(read.key, now);
    return place && { id: this.#addresses.idOf(place), fingerprint: place.fingerprint };
  }

  #lent(name: string, lendTo: number | undefined, now: number): Lent | null {
    const loan = this.#book.loans.get(name) ?? (lendTo === undefined ? undefined : { name, shard: lendTo, until: 0 });
    if (loan === undefined) return null;
    if (loan.until < now + KEY_MILLISECONDS) this.#book.loans.put({ ...loan, until: now + LOAN_MILLISECONDS });
    return { lentTo: loan.shard };
  }

  #young(now: number): boolean {
    return this.#count > 1 && now - this.#since <= this.#youth;
  }
}
