import type { Clock, Timers } from "../clock.ts";

/** The longest that a batch waits for the call that is under way (milliseconds): a slow one holds nobody back for longer. */
const LONGEST_TURN_MILLISECONDS = 20;
/** The longest that a batch waits to become as large as the last one (milliseconds). */
const LONGEST_GATHERING_MILLISECONDS = 4;
/** How many questions one call carries. */
const LARGEST_BATCH = 100;
/** Without an answer for so long, another asks: the request that made the call may be gone (milliseconds). */
const PATIENCE_MILLISECONDS = 10_000;

/** How a batcher asks. */
export interface BatcherParts<Question, Answer> {
  /** Asks all of them in one call; answers in their order. `repeated`: they may have been asked before. */
  ask(questions: readonly Question[], repeated: boolean): Promise<readonly Answer[]>;
  /** Keeps work going when the request that began it ends first (the platform's `waitUntil`). */
  keep(work: Promise<unknown>): void;
  clock: Clock;
  timers: Timers;
}

/** Questions that are asked together, and those who asked them, in the same order. */
interface Batch<Question, Answer> {
  questions: Question[];
  askers: PromiseWithResolvers<Answer>[];
  answered: boolean;
  /** With how many questions it need not wait any longer. */
  enough: number;
  /** Ends its wait. */
  go(): void;
}

/** One that asked in a batch that another leads. */
interface Follower<Question, Answer> {
  batch: Batch<Question, Answer>;
  question: Question;
  asker: PromiseWithResolvers<Answer>;
}

/**
 * Lets the requests of one isolate ask together. A call of an object costs more than what it carries, in time and in
 * money; so what comes while a call is under way goes with the next one, which the request makes that was first to wait.
 * Those who were answered together come back about together, so the first of them waits a moment for the others. On an idle
 * isolate a question leaves at once.
 */
export class Batcher<Question, Answer> {
  readonly #parts: BatcherParts<Question, Answer>;
  /** When the calls that are under way began (milliseconds since 1970). */
  readonly #underWay = new Set<{ began: number }>();
  /** How many questions the last call carried, and when it was answered. */
  #last = { count: 1, ended: Number.NEGATIVE_INFINITY };
  /** The batch that waits. */
  #open: Batch<Question, Answer> | undefined;
  /** Those that follow since the last microtask: they asked in one turn, so in one request. */
  #followers: Follower<Question, Answer>[] | undefined;

  constructor(parts: BatcherParts<Question, Answer>) {
    this.#parts = parts;
  }

  /**
   * Asks, together with others if others ask. Rejects as the call does.
   * @param last the request asks nothing else and ends with the answer: its timer ends with it, and need not be taken back, which costs as much as to set it
   */
  ask(question: Question, last = false): Promise<Answer> {
    const asker = Promise.withResolvers<Answer>();
    const batch = this.#open ?? newBatch<Question, Answer>();
    batch.questions.push(question);
    batch.askers.push(asker);
    const { length } = batch.questions;
    if (length === 1) this.#parts.keep(this.#lead(batch));
    else if (last) this.#setTimer([{ batch, question, asker }]);
    else this.#follow({ batch, question, asker });
    if (length >= LARGEST_BATCH) this.#close(batch);
    if (length >= batch.enough) batch.go();
    return asker.promise;
  }

  /** Waits for the call that is under way, then for those whom it answered, and asks. On an idle isolate it asks at once. */
  async #lead(batch: Batch<Question, Answer>): Promise<void> {
    if (this.#busy()) await this.#wait(batch, LARGEST_BATCH, LONGEST_TURN_MILLISECONDS);
    const { count, ended } = this.#last;
    const since = this.#parts.clock.now() - LONGEST_TURN_MILLISECONDS;
    if (batch.questions.length < count && ended >= since) await this.#wait(batch, count, LONGEST_GATHERING_MILLISECONDS);
    this.#close(batch);
    await this.#call(batch);
  }

  /** Whether a call is under way. One whose request is gone never ends, and must not count for ever. */
  #busy(): boolean {
    const since = this.#parts.clock.now() - PATIENCE_MILLISECONDS;
    for (const call of this.#underWay) if (call.began <= since) this.#underWay.delete(call);
    return this.#underWay.size > 0;
  }

  /** Lets others join until there are enough questions, the call that was under way ends, or it has waited for so long. */
  #wait(batch: Batch<Question, Answer>, enough: number, longest: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    batch.enough = enough;
    batch.go = resolve;
    this.#open = batch;
    // What waits on the promise runs in the request that leads, and the timer is that request's.
    return promise.finally(this.#parts.timers.after(longest, resolve));
  }

  #close(batch: Batch<Question, Answer>): void {
    if (this.#open === batch) this.#open = undefined;
  }

  async #call(batch: Batch<Question, Answer>): Promise<void> {
    const call = { began: this.#parts.clock.now() };
    this.#underWay.add(call);
    await this.#answer(batch, false);
    this.#underWay.delete(call);
    this.#last = { count: batch.questions.length, ended: this.#parts.clock.now() };
    this.#open?.go();
  }

  async #answer(batch: Batch<Question, Answer>, repeated: boolean): Promise<void> {
    const { questions, askers } = batch;
    try {
      const answers = await this.#parts.ask(questions, repeated);
      for (const [index, { resolve }] of askers.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of askers) reject(error);
    }
    batch.answered = true;
  }

  #follow(follower: Follower<Question, Answer>): void {
    if (this.#followers === undefined) this.#watch([follower]);
    else this.#followers.push(follower);
  }

  /**
   * Whoever leads may be gone before the answer comes, and with it the call and its timers: then each follower asks alone. All of a
   * turn share a timer: one request has 10,000 at most, and may ask more at once. It runs until the last of them is answered, for a
   * request that waits for nothing of its own is taken for hung by the platform; no longer, for it keeps an object awake.
   */
  #watch(followers: Follower<Question, Answer>[]): void {
    this.#followers = followers;
    const cancel = this.#setTimer(followers);
    queueMicrotask(() => {
      this.#followers = undefined;
      let left = followers.length;
      const answered = () => {
        left -= 1;
        if (left === 0) cancel();
      };
      for (const { asker } of followers) asker.promise.then(answered, answered);
    });
  }

  #setTimer(followers: readonly Follower<Question, Answer>[]): () => void {
    return this.#parts.timers.after(PATIENCE_MILLISECONDS, () => {
      for (const { batch, question, asker } of followers) {
        if (batch.answered) continue;
        this.#close(batch);
        void this.#answer({ ...newBatch(), questions: [question], askers: [asker] }, true);
      }
    });
  }
}

function newBatch<Question, Answer>(): Batch<Question, Answer> {
  return { questions: [], askers: [], answered: false, enough: LARGEST_BATCH, go: () => {} };
}
