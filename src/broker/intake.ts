import { nameOfId, nameOfKey } from "../core/homes.ts";
import { type Placeable, paginate } from "../core/page.ts";
import type { Addresses } from "./addresses.ts";
import type { Astray, NameFacts, Refused, Submission, SubmitAnswer, Taken } from "./api.ts";
import { BatchNames } from "./batch-names.ts";
import type { Book } from "./book.ts";
import type { Homes } from "./homes.ts";
import { Nonces, Repeats } from "./nonces.ts";
import { keyUntil } from "./page-expiry.ts";
import type { Named } from "./store/names.ts";
import { writeWorkflow } from "./workflow-writer.ts";

/** A task that was accepted with stamps. */
export interface Stamped extends Named {
  stamps: Record<string, unknown>;
}

/** A task at another shard. */
type Elsewhere = Pick<Taken, "id">;

/** A task's place: on a page, at another shard, or where another call of the same batch will be put. */
type Position = Named | Elsewhere | { call: Placeable };

/** What is known of the names of one submit beside the book. */
interface KnownNames {
  /** Taken by the other calls of the same batch. */
  batch: BatchNames<Position>;
  facts: NameFacts | undefined;
  /** Taken at other shards. */
  taken: ReadonlyMap<string, Taken>;
}

/** A submit that was accepted or not, and what was written for it. */
interface Decision {
  submission: Submission;
  /** For each call, where its task is; or why nothing was accepted. */
  outcome: Position[] | Refused | Astray;
  /** Calls answered with an earlier task, by position. */
  duplicates: number[];
  /** Its calls that are to be written. */
  mine: Placeable[];
  /** The number of the workflow that was written for it. */
  workflow?: number;
}

/** The answer to one submit, and where its first task lies. */
export interface Answer {
  answer: SubmitAnswer;
  first?: Named;
}

/**
 * Writes submits down. All that are handed over together share pages. To be called inside a transaction; a submit is
 * accepted whole or not at all, and one that is refused does not touch the others.
 */
export class Intake {
  readonly #book: Book;
  readonly #addresses: Addresses;
  readonly #nonces: Nonces;
  readonly #homes: Homes;
  readonly #repeats = new Repeats();
  readonly #stamped: (accepted: Stamped[], now: number) => void;

  /** @param stamped is told of accepted tasks that bear stamps */
  constructor(book: Book, addresses: Addresses, homes: Homes, stamped: (accepted: Stamped[], now: number) => void) {
    this.#book = book;
    this.#addresses = addresses;
    this.#nonces = new Nonces(book.pages);
    this.#homes = homes;
    this.#stamped = stamped;
  }

  /** Takes submits by their nonces, and answers by the same. */
  accept(submissions: ReadonlyMap<string, Submission>, now: number): Map<string, Answer> {
    const names = new BatchNames<Position>();
    const calls: Placeable[] = [];
    const decisions = [...submissions.values()].map((submission) => this.#decide(submission, names, calls, now));
    const canvases = decisions.filter(({ submission, outcome }) => submission.plan !== undefined && !("ok" in outcome));
    const steps = new Set(canvases.flatMap(({ mine }) => mine));
    const places = this.#write(steps.size === 0 ? calls : calls.filter((call) => !steps.has(call)), now);
    for (const canvas of canvases) this.#writeCanvas(canvas, places, now);
    return new Map(decisions.map((decision) => [decision.submission.nonce, this.#answer(decision, places)]));
  }

  #decide(submission: Submission, batch: BatchNames<Position>, calls: Placeable[], now: number): Decision {
    const before = this.#repeats.refused(submission);
    if (before !== undefined) return { submission, outcome: before, duplicates: [], mine: [] };
    const facts = submission.names;
    if (facts !== undefined) this.#homes.learn(facts.shards, now);
    const names: KnownNames = { batch, facts, taken: new Map(facts?.taken) };
    const earlier = this.#repeats.include(submission, now) ? this.#nonces.find(submission, now) : [];
    const mine: Placeable[] = [];
    const duplicates: number[] = [];
    const positions: Position[] = [];
    for (const [position, call] of submission.calls.entries()) {
      if (earlier[position] !== undefined) {
        positions.push(earlier[position]);
        continue;
      }
      const placeable = { call: this.#book.limits.under(call), nonce: submission.nonce, position };
      const taken = this.#named(placeable, names, now);
      if (taken !== undefined && "ok" in taken) {
        batch.drop();
        return { submission, outcome: taken, duplicates: [], mine: [] };
      }
      // One that is known stands for the whole canvas that it is a step of.
      if (taken !== undefined && submission.plan !== undefined) {
        batch.drop();
        const outcome = this.#earlierCanvas(taken, submission.calls.length);
        return { submission, outcome, duplicates: submission.calls.map((_, index) => index), mine: [] };
      }
      if (taken !== undefined) duplicates.push(position);
      else mine.push(placeable);
      positions.push(taken ?? { call: placeable });
    }
    const refused = mine.length > 0 ? this.#book.backlog.refuse(mine, calls.length, now) : undefined;
    if (refused !== undefined) {
      batch.drop();
      this.#repeats.refuse(submission, refused);
      return { submission, outcome: refused, duplicates: [], mine: [] };
    }
    batch.keep();
    for (const call of mine) calls.push(call);
    return { submission, outcome: positions, duplicates, mine };
  }

  /**
   * The earlier task that a call stands for by its key or id, or why it is not accepted; nothing when it is a new one. The key
   * goes first: a call that is made again under its key and its id is answered, not refused for its own id.
   */
  #named(placeable: Placeable, { batch, facts, taken: elsewhere }: KnownNames, now: number): Position | Refused | Astray | undefined {
    const { call, position } = placeable;
    if (call.idempotency !== undefined) {
      const { key, fingerprint } = call.idempotency;
      const before = batch.key(key) ?? this.#book.names.key(key, now) ?? elsewhere.get(nameOfKey(key));
      if (before !== undefined && before.fingerprint === fingerprint) return "place" in before ? before.place : before;
      if (before !== undefined) {
        const message = `The idempotency key ${JSON.stringify(key)} came with another call within the last 24 hours: use a new key for a new call.`;
        return { ok: false, code: "idempotency_mismatch", index: position, message };
      }
      if (!this.#homes.decides(nameOfKey(key), facts, now)) return this.#astray();
    }
    if (call.taskId !== undefined) {
      const taken = batch.id(call.taskId) ?? this.#addresses.find(call.taskId) ?? elsewhere.get(nameOfId(call.taskId));
      if (taken !== undefined && call.onceOnly === true) return taken;
      if (taken !== undefined) {
        const message = `The task id ${call.taskId} is taken by an earlier task: choose another, or leave task_id out.`;
        return { ok: false, code: "task_id_taken", index: position, message };
      }
      if (!this.#homes.decides(nameOfId(call.taskId), facts, now)) return this.#astray();
    }
    batch.take(call, { call: placeable });
    return undefined;
  }

  /** Where the steps of a canvas lie that was submitted before, as far as it is known here and was of the same size. */
  #earlierCanvas(taken: Position, size: number): Position[] {
    const id = "page" in taken ? this.#book.pages.note(taken.page)?.head.w?.id : undefined;
    const workflow = id === undefined ? undefined : this.#book.workflows.get(id);
    return Array.from({ length: size }, (_, step) => (workflow?.size === size ? workflow.placeOf(step) : taken));
  }

  #astray(): Astray {
    return { ok: false, code: "astray", ...this.#homes.known };
  }

  #write(calls: readonly Placeable[], now: number): Map<Placeable, Named> {
    const { drafts, places } = paginate(calls, now);
    const pages = drafts.map((draft) => this.#book.write(draft, now).id);
    const written = new Map<Placeable, Named>();
    for (const [index, placeable] of calls.entries()) {
      const { draft, slot } = places[index] ?? { draft: 0, slot: 0 };
      written.set(placeable, { page: pages[draft] ?? 0, slot });
    }
    this.#note(written, now);
    return written;
  }

  /** Writes a canvas, unless it was written before, on pages of its own. */
  #writeCanvas(decision: Decision, written: Map<Placeable, Named>, now: number): void {
    const { submission, mine } = decision;
    const { plan, calls, nonce } = submission;
    if (plan === undefined || (mine.length === 0 && calls.length > 0)) return;
    const { workflow, places } = writeWorkflow(this.#book, { calls, plan, nonce }, now);
    decision.workflow = workflow.id;
    const steps = new Map(mine.map((placeable, index): [Placeable, Named] => [placeable, places[index] as Named]));
    for (const [placeable, named] of steps) written.set(placeable, named);
    this.#note(steps, now);
  }

  /** Writes down the names of calls that were written, and tells of their stamps. */
  #note(written: ReadonlyMap<Placeable, Named>, now: number): void {
    const stamped: Stamped[] = [];
    for (const [placeable, named] of written) {
      const { taskId, idempotency, stamps } = placeable.call;
      if (stamps !== undefined) stamped.push({ ...named, stamps });
      if (taskId !== undefined) this.#book.names.putAlias(taskId, named);
      if (idempotency !== undefined) {
        const { key, fingerprint, seconds } = idempotency;
        this.#book.names.putKey(key, fingerprint, named, keyUntil(now, seconds));
      }
    }
    if (stamped.length > 0) this.#stamped(stamped, now);
  }

  #answer({ submission, outcome, duplicates, workflow }: Decision, written: Map<Placeable, Named>): Answer {
    if ("ok" in outcome) return { answer: outcome };
    const places = outcome.map((position) => ("call" in position ? (written.get(position.call) as Named) : position));
    const ids = this.#ids(places);
    for (const [index, { taskId }] of submission.calls.entries()) if (taskId !== undefined) ids[index] = taskId;
    for (const index of duplicates) {
      const place = places[index] as Named | Elsewhere;
      ids[index] = "id" in place ? place.id : this.#addresses.idOf(place);
    }
    const [place] = places;
    const first = place === undefined || "id" in place ? undefined : place;
    if (submission.plan === undefined) return { answer: { ok: true, ids, duplicates }, first };
    const number = workflow ?? (first && this.#book.pages.note(first.page)?.head.w?.id) ?? 0;
    return { answer: { ok: true, ids, duplicates, groups: this.#addresses.groupIds(number, submission.plan.layout.joins.length) }, first };
  }

  /** Ids of places; neighbours are tagged together. */
  #ids(places: readonly (Named | Elsewhere)[]): string[] {
    const ids: string[] = [];
    while (ids.length < places.length) {
      const first = places[ids.length] as Named | Elsewhere;
      if ("id" in first) {
        ids.push(first.id);
        continue;
      }
      let count = 1;
      while (isAt(places[ids.length + count], first.page, first.slot + count)) count += 1;
      for (const id of this.#addresses.idsOf(first.page, first.slot, count)) ids.push(id);
    }
    return ids;
  }
}

function isAt(place: Named | Elsewhere | undefined, page: number, slot: number): boolean {
  return place !== undefined && "page" in place && place.page === page && place.slot === slot;
}
