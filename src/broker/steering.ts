import type { Known, LimitRequest, Repeatable } from "./api.ts";
import type { Book } from "./book.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Homes } from "./homes.ts";
import { Once } from "./once.ts";

/** Carries out what is ordered of queues and limits, each order once: one that comes late must not undo the next. */
export class Steering {
  readonly #book: Book;
  readonly #commits: GroupCommit;
  readonly #homes: Homes;
  readonly #heard: () => void;
  readonly #orders = new Once();

  /** @param heard is called for each order */
  constructor(book: Book, commits: GroupCommit, homes: Homes, heard: () => void) {
    this.#book = book;
    this.#commits = commits;
    this.#homes = homes;
    this.#heard = heard;
  }

  pause(queue: string, paused: boolean, nonce: string): Promise<Known> {
    return this.#carryOut(nonce, () => this.#book.queues.pause(queue, paused));
  }

  limit({ name, perSecond, nonce }: Repeatable<LimitRequest>): Promise<Known> {
    return this.#carryOut(nonce, () => this.#book.limits.set(name, perSecond));
  }

  async #carryOut(nonce: string, work: () => void): Promise<Known> {
    this.#heard();
    await this.#commits.change((now) => {
      if (this.#orders.first(nonce, now)) work();
    });
    return this.#homes.known;
  }
}
