/** One change that waits for its turn, and who waits for it. */
interface Change<T = unknown> {
  work: (now: number) => T;
  done: PromiseWithResolvers<T>;
}

/** What a group commit does with the changes of one turn. */
export interface CommitParts {
  /** Runs the changes as one transaction. */
  run(changes: (now: number) => void): void;
  /** Resolves when all that was written so far is durable. */
  sync(): Promise<void>;
}

/**
 * Writes what arrives together in one transaction: a change that comes while a commit is in flight waits for the next one,
 * with all others that do. No timer: on an idle object a change is made at once. An object commits only some hundred times
 * a second, so this is what its throughput hangs on.
 */
export class GroupCommit {
  readonly #parts: CommitParts;
  #waiting: Change[] = [];
  #inFlight = false;

  constructor(parts: CommitParts) {
    this.#parts = parts;
  }

  /** Makes a change, in order with all others; resolves with its answer as soon as it is written (the output gate holds answers until it is durable). */
  change<T>(work: (now: number) => T): Promise<T> {
    const done = Promise.withResolvers<T>();
    this.#waiting.push({ work, done: done as PromiseWithResolvers<unknown> });
    if (!this.#inFlight) this.#commit();
    return done.promise;
  }

  #commit(): void {
    const changes = this.#waiting;
    this.#waiting = [];
    this.#inFlight = true;
    try {
      const answers: unknown[] = [];
      this.#parts.run((now) => {
        for (const { work } of changes) answers.push(work(now));
      });
      for (const [index, { done }] of changes.entries()) done.resolve(answers[index]);
    } catch (error) {
      for (const { done } of changes) done.reject(error);
    }
    const committed = () => {
      this.#inFlight = false;
      if (this.#waiting.length > 0) this.#commit();
    };
    this.#parts.sync().then(committed, committed);
  }
}
