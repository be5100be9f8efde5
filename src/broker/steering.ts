import type { Known, LimitRequest, Repeatable, SteeringApi, TimeLimitRequest } from "./api.ts";
import type { Book } from "./book.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Homes } from "./homes.ts";
import type { Meter } from "./meter.ts";
import { Once } from "./once.ts";

/** Carries out what is ordered of queues and limits, each order once: one that comes late must not undo the next. */
export class Steering implements SteeringApi {
  readonly #book: Book;
  readonly #commits: GroupCommit;
  readonly #homes: Homes;
  readonly #meter: Meter;
  readonly #orders = new Once();

  constructor(book: Book, commits: GroupCommit, homes: Homes, meter: Meter) {
    this.#book = book;
    this.#commits = commits;
    this.#homes = homes;
    this.#meter = meter;
  }

  pause(queue: string, nonce: string): Promise<Known> {
    return this.#carryOut(nonce, () => this.#book.queues.pause(queue, true));
  }

  resume(queue: string, nonce: string): Promise<Known> {
    return this.#carryOut(nonce, () => this.#book.queues.pause(queue, false));
  }

  limit({ name, perSecond, nonce }: Repeatable<LimitRequest>): Promise<Known> {
    return this.#carryOut(nonce, () => this.#book.limits.set(name, perSecond));
  }

  timeLimit({ name, soft, hard, nonce }: Repeatable<TimeLimitRequest>): Promise<Known> {
    return this.#carryOut(nonce, () => this.#book.limits.setTimes(name, { soft, hard }));
  }

  #carryOut(nonce: string, work: () => void): Promise<Known> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => {
      await this.#commits.change((now) => {
        if (this.#orders.first(nonce, now)) work();
      });
      return this.#homes.known;
    });
  }
}
