import type { Clock, Timers } from "../clock.ts";

/** While so many calls are under way, what comes waits for one of them to end. */
const MOST_UNDER_WAY = 1;
/** The longest that a batch waits for its turn (milliseconds): a slow call holds nobody back for longer. */
const LONGEST_TURN_MILLISECONDS = 20;
/** How many questions one call carries. */
const LARGEST_BATCH = 100;
/** Without an answer for so long, who asked asks alone: the request that made the call may be gone (milliseconds). */
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

/** Questions that wait for their call, and what it will answer. */
interface Batch<Question, Answer> {
  questions: Question[];
  answers: Promise<readonly Answer[]>;
}

/**
 * Lets the requests of one isolate ask together. A call of an object costs more than what it carries, in time and in
 * money; so what comes while calls are under way goes with the next one, which the request makes that was first to wait.
 * On an idle isolate a question leaves at once.
 */
export class Batcher<Question, Answer> {
  readonly #parts: BatcherParts<Question, Answer>;
  /** The calls that are under way, and when (milliseconds since 1970) they began. */
  readonly #underWay = new Set<{ began: number }>();
  /** Those who wait for their turn. */
  readonly #turns = new Set<() => void>();
  #open: Batch<Question, Answer> | undefined;

  constructor(parts: BatcherParts<Question, Answer>) {
    this.#parts = parts;
  }

  /** Asks, together with others if others ask. Rejects as the call does. */
  ask(question: Question): Promise<Answer> {
    const open = this.#open;
    if (open !== undefined) {
      const index = open.questions.push(question) - 1;
      if (open.questions.length === LARGEST_BATCH) this.#open = undefined;
      return this.#follow(open, index);
    }
    const questions = [question];
    const full = this.#full();
    const answers = this.#lead(questions, full);
    if (full) this.#open = { questions, answers };
    this.#parts.keep(answers.catch(() => {}));
    return answers.then(([answer]) => answer as Answer);
  }

  async #lead(questions: Question[], full: boolean): Promise<readonly Answer[]> {
    if (full) await this.#turn();
    if (this.#open?.questions === questions) this.#open = undefined;
    const call = { began: this.#parts.clock.now() };
    this.#underWay.add(call);
    try {
      return await this.#parts.ask(questions, false);
    } finally {
      this.#underWay.delete(call);
      this.#next();
    }
  }

  /** Whoever leads may be gone before the answer comes, and the call with it: then the question is asked again. */
  #follow({ questions, answers }: Batch<Question, Answer>, index: number): Promise<Answer> {
    const { ask, timers } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const alone = () => resolve(ask([questions[index] as Question], true).then(([answer]) => answer as Answer));
    const cancel = timers.after(PATIENCE_MILLISECONDS, alone);
    answers.then((all) => resolve(all[index] as Answer), reject);
    // What waits on this promise runs in the request that asked, and the timer is that request's: hence not above.
    return promise.finally(cancel);
  }

  #next(): void {
    for (const come of this.#turns) {
      this.#turns.delete(come);
      come();
      return;
    }
  }

  #full(): boolean {
    if (this.#underWay.size < MOST_UNDER_WAY) return false;
    // A call whose request is gone never ends, and must not count for ever.
    const since = this.#parts.clock.now() - PATIENCE_MILLISECONDS;
    for (const call of this.#underWay) if (call.began <= since) this.#underWay.delete(call);
    return this.#underWay.size >= MOST_UNDER_WAY;
  }

  #turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.add(resolve);
    const cancel = this.#parts.timers.after(LONGEST_TURN_MILLISECONDS, resolve);
    return promise.finally(() => {
      cancel();
      this.#turns.delete(resolve);
    });
  }
}
