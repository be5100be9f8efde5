import type { Clock, Timers } from "../clock.ts";
import type { News, NewsRequest } from "./api.ts";
import type { Book } from "./book.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Lease } from "./lease.ts";

/**
 * Renews leases, and holds the answer until there is something to tell. One consumer waits for each lease: one that asks again
 * takes the place of its own former call, and whoever went away is forgotten after a third of the lease, or with it.
 */
export class NewsDesk {
  readonly #book: Book;
  readonly #dispatch: Dispatch;
  readonly #clock: Clock;
  readonly #timers: Timers;

  constructor(book: Book, dispatch: Dispatch, { clock, timers }: { clock: Clock; timers: Timers }) {
    this.#book = book;
    this.#dispatch = dispatch;
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Answers a consumer once there is news of its lease, or its time is over. */
  async answer({ lease: id, waitMilliseconds }: NewsRequest): Promise<News> {
    const renewal = this.#dispatch.renew(id, this.#clock.now());
    const lease = this.#book.leases.get(id);
    const longest = Math.min(waitMilliseconds, this.#book.leaseMilliseconds / 3);
    if (lease !== undefined && !lease.untold && longest > 0) await this.#hear(lease, longest);
    // It may have ended meanwhile.
    const kept = this.#book.leases.get(id);
    return { ...renewal, held: kept !== undefined, aborted: kept?.tell() ?? [] };
  }

  #hear(lease: Lease, milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#timers.after(milliseconds, resolve);
    lease.listen(() => {
      cancel();
      resolve();
    });
    return promise;
  }
}
