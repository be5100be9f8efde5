import type { ClaimRequest, Grant, Repeatable, ReportRequest } from "./api.ts";
import type { Book } from "./book.ts";
import type { Dispatch } from "./dispatch.ts";
import type { GroupCommit } from "./group-commit.ts";
import { packGrant, unpackReport } from "./packed.ts";
import type { Queue } from "./queue.ts";
import type { Standby } from "./standby.ts";

/** What a desk stands on. */
export interface DeskParts {
  book: Book;
  dispatch: Dispatch;
  commits: GroupCommit;
  standby: Standby;
}

/** Where consumers ask for work: one that finds nothing stays while work is expected, and is given it in the commit in which it becomes ready. */
export class Desk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Answers a consumer that asks for work. */
  claim(request: Repeatable<ClaimRequest>): Promise<Grant> {
    return this.#serve(request, (now) => this.#parts.dispatch.claim(request, now));
  }

  /** Answers a consumer that tells how tasks ended, and asks for more. */
  report(packed: Repeatable<ReportRequest>): Promise<Grant> {
    const request = unpackReport(packed);
    return this.#serve(request, (now) => this.#parts.dispatch.report(request, now));
  }

  /** One that is given nothing and holds nothing stays while work is expected. */
  async #serve(request: Repeatable<ClaimRequest>, grantOf: (now: number) => Grant): Promise<Grant> {
    const { book, commits, standby } = this.#parts;
    let stay: Promise<Grant> | undefined;
    const grant = await commits.change((now) => {
      const grant = grantOf(now);
      if (grant.lease === null && request.room > 0) {
        // The consumer counts the lease from when it asked.
        const longest = book.leaseMilliseconds / 10;
        const milliseconds = Math.min(book.queues.queue(request.queue).stay(now), longest);
        stay = standby.stay(request, milliseconds, grant);
      }
      return grant;
    });
    return packGrant(await (stay ?? grant), request);
  }

  /** Grants what is ready in a queue to consumers that stayed for it, and adds to `gifts` what is to be done once it is written. */
  giveToStanders(queue: Queue, now: number, gifts: (() => void)[]): void {
    const { book, dispatch, standby } = this.#parts;
    const { name } = queue;
    for (let stander = standby.first(name); stander !== undefined && queue.busy(now); stander = standby.first(name)) {
      const { request, give } = stander;
      const grant = dispatch.claim(request, now);
      if (grant.tasks.length === 0) return;
      standby.leave(stander);
      gifts.push(() => give(grant));
      book.look(queue, now);
    }
  }
}
