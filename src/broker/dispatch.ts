import type { Config } from "../core/config.ts";
import { endOfIgnored } from "../core/ignored.ts";
import type { Ended, StoredOutcome } from "../core/outcomes.ts";
import type { Ending, Outcome, ReplaceOutcome } from "../core/result.ts";
import { isExpired, revokedOutcome } from "../core/revocation.ts";
import { addToGroup } from "./add-to-group.ts";
import type { Addresses } from "./addresses.ts";
import type { AddedToGroup, AddToGroup, ClaimRequest, Grant, Renewal, Repeatable, ReportRequest, StateUpdate } from "./api.ts";
import type { Taken } from "./band.ts";
import type { Book } from "./book.ts";
import { addEnding, type Endings } from "./endings.ts";
import { type Consumers, flowWindow } from "./flow-window.ts";
import type { FollowUp } from "./follow-up.ts";
import { type GrantParts, grantOf } from "./grant.ts";
import { Lease, type Run, runs } from "./lease.ts";
import { lost, lostAloneText, ONCE } from "./lost-outcome.ts";
import { heldNote } from "./notes.ts";
import type { OpenPage } from "./open-page.ts";
import { culprit, nextSuspectAt, type QuarantineLimits } from "./quarantine.ts";
import type { Queue } from "./queue.ts";
import { remember, requeue, retry, setApart } from "./rerun.ts";
import { rest } from "./rest.ts";
import { type StepLines, TOO_LONG } from "./step-lines.ts";
import type { Suspect } from "./suspects.ts";

/** About how many characters of lines one grant carries: at most 4 MB, for they take a byte each, or two beyond Latin-1. */
const GRANT_CHARACTERS = 2_000_000;
/** How often one claim looks past tasks that have expired: it is bounded however many there are, and the bell rings for the rest. */
const LOOKS = 20;

const REJECTED = JSON.stringify({
  exc_type: "Reject",
  exc_message: ["The task asked to be run again, and is never started twice."],
  exc_module: "celery.exceptions",
});

/** What else a dispatch stands on. */
export interface DispatchParts {
  lines: StepLines;
  followUp: FollowUp;
  /** Is told of every slot that has become final. */
  ended(page: number, slot: number): void;
}

/**
 * Grants tasks to consumers and takes their outcomes. Each method is to be called inside a transaction; each request
 * may come twice and is then answered as the first time.
 */
export class Dispatch {
  readonly #book: Book;
  readonly #grants: GrantParts;
  readonly #ttl: number;
  readonly #consumers: Consumers;
  readonly #lostLimit: number;
  readonly #quarantine: QuarantineLimits;
  readonly #parts: DispatchParts;

  constructor(book: Book, addresses: Addresses, config: Config, parts: DispatchParts) {
    this.#book = book;
    this.#parts = parts;
    this.#grants = { book, addresses, lines: parts.lines };
    this.#ttl = config.resultExpires * 1000;
    this.#consumers = config;
    this.#lostLimit = config.workerLostLimit;
    this.#quarantine = { workerConcurrency: config.workerConcurrency, leaseMilliseconds: book.leaseMilliseconds };
  }

  claim(request: Repeatable<ClaimRequest>, now: number): Grant {
    const before = this.#book.leases.get(request.nonce);
    return before === undefined ? this.#grant(request, undefined, now) : this.#extend(before, before.granted, now);
  }

  report(request: Repeatable<ReportRequest>, now: number): Grant {
    const { leases } = this.#book;
    if (!leases.has(request.lease))
      this.#book.reopen(
        request.outcomes.map(({ page }) => page),
        now,
      );
    const lease = leases.get(request.lease);
    const before = lease?.nonce === request.nonce ? lease : leases.get(request.nonce);
    if (before !== undefined) return this.#extend(before, before.granted, now);
    this.#accept(request, lease, now);
    if (lease === undefined) return this.#grant(request, undefined, now);
    if (request.sequence < lease.sequence) return this.#extend(lease, [], now);
    lease.sequence = request.sequence;
    return this.#grant(request, lease, now);
  }

  renew(id: string, now: number): Renewal {
    const lease = this.#book.leases.get(id);
    if (lease !== undefined) lease.until = now + this.#book.leaseMilliseconds;
    return { held: lease !== undefined, leaseMilliseconds: this.#book.leaseMilliseconds };
  }

  /** Writes down what a running attempt tells of itself. */
  update({ lease, page, slot, attempt, state, meta }: StateUpdate, now: number): { held: boolean } {
    if (!this.#book.leases.has(lease)) this.#book.reopen([page], now);
    const open = this.#book.open.get(page);
    if (open === undefined || this.#book.leases.get(lease)?.attempt(page, slot) !== attempt) return { held: false };
    this.#book.notes.put(open, slot, heldNote(open, slot, attempt), { shown: { state, result: meta, traceback: null } });
    return { held: true };
  }

  /** Takes back what is held under leases that ran out. */
  lapse(now: number): void {
    const lost: Lease[] = [];
    for (const lease of this.#book.leases.values()) if (lease.until <= now) lost.push(lease);
    const blamed = culprit(lost);
    for (const lease of lost) this.#lose(lease, lease === blamed, now);
  }

  /** When the first lease runs out: milliseconds since 1970; infinite when there is none. */
  nextLapse(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of this.#book.leases.values()) next = Math.min(next, until);
    return next;
  }

  #grant(request: Repeatable<ClaimRequest>, held: Lease | undefined, now: number): Grant {
    const queue = this.#book.queues.queue(request.queue);
    const lease =
      held ??
      new Lease(
        request.nonce,
        now + this.#book.leaseMilliseconds,
        {
          queue: request.queue,
          consumer: request.consumer,
          since: now,
          alone: false,
          lostAlone: 0,
          nonce: request.nonce,
        },
        queue,
      );
    const { room, most = room } = request;
    const size = room > 0 && queue.runTimes.short ? Math.max(room, most) : room;
    const taken = this.#take(queue, lease, Math.min(size, flowWindow(this.#consumers) - queue.held), now);
    // The answer says that the lease runs on, and its holder counts on that, whether it is given tasks or not.
    lease.until = now + this.#book.leaseMilliseconds;
    lease.nonce = request.nonce;
    lease.granted = runs(taken.map(({ page, slot, attempt }) => ({ page: page.id, slot, attempt })));
    if (taken.length > 0) {
      for (const { page, slot, attempt } of taken) lease.hold(page.id, slot, attempt);
      this.#book.counts.grant(taken, this.#book.lines, queue.name, now);
      lease.grantedAt = now;
      this.#book.putLease(lease);
    } else if (held !== undefined && held.size === 0) {
      this.#book.dropLease(held);
    }
    return grantOf(this.#grants, lease.size === 0 ? undefined : lease, lease.granted, now);
  }

  /** Answers without granting anew; the answer says that the lease runs on, and its holder counts on that. */
  #extend(lease: Lease, granted: readonly Run[], now: number): Grant {
    lease.until = now + this.#book.leaseMilliseconds;
    return grantOf(this.#grants, lease, granted, now);
  }

  /** Chooses what a consumer is given: a suspect alone, if it holds nothing else; else what is ready and not expired. */
  #take(queue: Queue, lease: Lease, room: number, now: number): Taken[] {
    this.#book.look(queue, now);
    if (room <= 0 || (lease.alone && lease.size > 0)) return [];
    lease.alone = false;
    if (lease.size === 0) {
      const suspect = this.#suspect(queue, now);
      if (suspect !== undefined) {
        lease.alone = true;
        lease.lostAlone = suspect.lostAlone;
        return [{ page: suspect.page, slot: suspect.slot, attempt: suspect.page.grant(suspect.slot) }];
      }
    }
    const weigh = (page: OpenPage, slot: number) => {
      const own = page.note(slot)?.lineLength ?? this.#book.lines.of(page.id)[slot]?.length ?? 0;
      return page.row.head.w === undefined ? own : own + (this.#parts.lines.added(page, slot) ?? 0);
    };
    for (let look = 0; look < LOOKS; look++) {
      const taken = queue.takeReady({ slots: room, weight: GRANT_CHARACTERS, weigh }, now);
      const fresh = taken.filter(({ page, slot }) => !hasExpired(page, slot, now) && !this.#isTooLong(page, slot));
      if (fresh.length < taken.length) this.#expire(queue, taken, now);
      if (fresh.length > 0 || taken.length === 0) return fresh;
      this.#book.look(queue, now);
    }
    return [];
  }

  #suspect(queue: Queue, now: number): Suspect | undefined {
    for (;;) {
      if (nextSuspectAt(queue, this.#book.leases.values(), this.#quarantine, now) > now) return undefined;
      const suspect = queue.takeSuspect(now);
      if (suspect === undefined || !hasExpired(suspect.page, suspect.slot, now)) return suspect;
      this.#expire(queue, [suspect], now);
    }
  }

  #expire(queue: Queue, slots: readonly { page: OpenPage; slot: number }[], now: number): void {
    const endings: Endings = new Map();
    for (const { page, slot } of slots) {
      const expired = hasExpired(page, slot, now);
      if (!expired && !this.#isTooLong(page, slot)) continue;
      queue.giveBack(page);
      const tooLong = { state: "FAILURE" as const, result: TOO_LONG, traceback: null, worker: null, startedAt: null, doneAt: now };
      addEnding(endings, page, { slot, ...(expired ? revokedOutcome("expired", now) : tooLong) });
    }
    this.end(endings, now);
  }

  /** Whether the arguments that a step takes from those before it are too long. */
  #isTooLong(page: OpenPage, slot: number): boolean {
    return page.row.head.w !== undefined && this.#parts.lines.added(page, slot) === undefined;
  }

  /** Takes the outcomes of slots that are held for the attempt they tell of; any other has been decided already. */
  #accept({ outcomes, consumer, queue }: ReportRequest, lease: Lease | undefined, now: number): void {
    if (lease !== undefined && outcomes.length > 0)
      this.#book.queues.queue(queue).runTimes.note({ grantedAt: lease.grantedAt, now, outcomes });
    const endings: Endings = new Map();
    const pages = new Set<OpenPage>();
    for (const outcome of outcomes) {
      const page = this.#book.open.get(outcome.page);
      if (page === undefined) continue;
      pages.add(page);
      const held = lease?.release(outcome.page, outcome.slot, outcome.attempt) ?? false;
      // A lost lease's outcome still counts while its slot waits for another attempt.
      if (held || this.#book.queues.queue(queue).absolve(outcome.page, outcome.slot, outcome.attempt))
        this.#follow(outcome, page, endings, consumer, now);
    }
    this.end(endings, now);
    for (const page of pages) rest(this.#book, page, now);
  }

  /** Does what an outcome asks for: its task has ended (and is added to `endings`), or is to be run again. */
  #follow(outcome: Outcome, page: OpenPage, endings: Endings, consumer: string, now: number): void {
    this.#book.counts.run(page, outcome, this.#book.lines, now);
    const flagged = page.note(outcome.slot)?.flagged === true;
    if (flagged && (outcome.state === "RETRY" || outcome.state === "REJECTED" || outcome.state === "REPLACED")) {
      const by = { worker: consumer, startedAt: outcome.startedAt };
      addEnding(endings, page, { slot: outcome.slot, ...revokedOutcome("revoked", now, by) });
    } else if (outcome.state === "RETRY") retry(this.#book, page, outcome, consumer, now);
    else if (outcome.state === "REPLACED") this.#replace(page, outcome, endings, now);
    else if (outcome.state !== "REJECTED") addEnding(endings, page, ended(outcome, this.#endOf(outcome, page), consumer, now));
    else if (page.row.head.once === true) addEnding(endings, page, ended(outcome, { state: "FAILURE", result: REJECTED }, consumer, now));
    else requeue(this.#book, page, outcome, consumer, now);
  }

  /** Lets a canvas take the place of a task that its lease has let go. */
  #replace(page: OpenPage, { slot, attempt, by }: ReplaceOutcome, endings: Endings, now: number): void {
    const workflow = this.#parts.followUp.begin({ ...by, into: { page: page.id, slot } }, endings, now);
    this.#book.notes.put(page, slot, { ...heldNote(page, slot, attempt), waits: "canvas", by: workflow.id }, { shown: null });
    this.#parts.followUp.conclude(workflow, endings, now);
  }

  #endOf({ slot, state, result }: Ending, page: OpenPage): End {
    if (state !== "IGNORED") return { state, result };
    const shown = page.tried ? this.#book.notes.shown(page.id, slot) : undefined;
    // The error of an earlier retry was not written by the task.
    return endOfIgnored(shown?.state === "RETRY" ? undefined : shown);
  }

  /** @param counts the loss counts against a task that was held alone */
  #lose(lease: Lease, counts: boolean, now: number): void {
    const endings: Endings = new Map();
    for (const { page: id, slot, attempt } of lease.slots()) {
      const page = this.#book.open.get(id);
      if (page === undefined) continue;
      if (page.note(slot)?.flagged === true) {
        addEnding(endings, page, { slot, ...revokedOutcome("revoked", now, { worker: lease.consumer, startedAt: lease.grantedAt }) });
        continue;
      }
      const lostAlone = lease.alone ? lease.lostAlone + Number(counts) : 0;
      if (page.row.head.once === true) {
        addEnding(endings, page, { slot, ...lost(lease, ONCE, now) });
      } else if (counts && lostAlone >= this.#lostLimit) {
        addEnding(endings, page, { slot, ...lost(lease, lostAloneText(lostAlone), now) });
      } else {
        setApart(this.#book, page, { slot, attempt, lostAlone, lease }, now);
      }
    }
    this.#book.dropLease(lease);
    this.end(endings, now);
  }

  addToGroup(request: Repeatable<AddToGroup>, now: number): AddedToGroup {
    return addToGroup({ ...this.#grants, ...this.#parts, end: (endings, at) => this.end(endings, at) }, request, now);
  }

  /** Stores how slots ended, with all that ends with them, and tells those who wait for them. */
  end(endings: Endings, now: number): void {
    for (let each = endings; each.size > 0; ) {
      const following = this.#parts.followUp.before(each);
      this.#store(each, now);
      each = following === undefined ? new Map() : this.#parts.followUp.follow(following, now);
    }
  }

  #store(endings: Endings, now: number): void {
    for (const [known, slots] of endings) {
      // One that lay on disk may have been read since, for others in it were released.
      const page = this.#book.open.get(known.id) ?? known;
      for (const outcome of slots) remember(outcome, page.note(outcome.slot));
      this.#book.end(page, slots, now, this.#ttl);
      if (this.#book.open.has(page.id)) rest(this.#book, page, now);
      for (const { slot } of slots) this.#parts.ended(page.id, slot);
    }
  }
}

function hasExpired(page: OpenPage, slot: number, now: number): boolean {
  return isExpired(page.expires(slot), now);
}

type End = Pick<StoredOutcome, "state" | "result">;

function ended({ slot, traceback, startedAt, children }: Outcome, { state, result }: End, worker: string, now: number): Ended {
  const outcome: Ended = { slot, state, result, traceback, worker, startedAt, doneAt: now };
  return children === undefined ? outcome : { ...outcome, children };
}
