import type { TaskFilter } from "../core/revocation.ts";
import type { Addresses } from "./addresses.ts";
import type { PurgeRequest, RevokedSlice, RevokeRequest, RevokeStampsRequest, RevokeWhereRequest, ShardRevocation } from "./api.ts";
import type { Homes } from "./homes.ts";
import type { Stamped } from "./intake.ts";
import { type RevokeMode, Revoking, type RevokingParts } from "./revoking.ts";
import { type WalkPlace, walkWaiting } from "./waiting-walk.ts";

/** What a revoker works on. */
export interface RevokerParts extends RevokingParts {
  addresses: Addresses;
  homes: Homes;
}

/** Ends tasks over everybody's head: by id, by filter, by their stamps, or all that wait in a queue. Each method is to be called inside a transaction. */
export class Revoker {
  readonly #parts: RevokerParts;

  constructor(parts: RevokerParts) {
    this.#parts = parts;
  }

  /** Revokes tasks by their ids. */
  revoke({ ids, terminate }: RevokeRequest, now: number): ShardRevocation[] {
    const { addresses, homes } = this.#parts;
    const revoking = new Revoking(this.#parts, { terminate }, now);
    const answers = ids.map((id): ShardRevocation => {
      const place = addresses.find(id);
      if (place !== undefined) return revoking.one(place);
      const elsewhere = homes.lookElsewhere(id);
      return elsewhere.found || elsewhere.why !== "elsewhere" ? "unknown" : elsewhere;
    });
    revoking.end();
    return answers;
  }

  /** One slice of revoking by filter. */
  revokeWhere({ filter, cursor, terminate, dryRun }: RevokeWhereRequest, now: number): RevokedSlice {
    return this.#slice(filter, { terminate, dryRun }, cursor, now);
  }

  /** One slice of revoking by stamps; from the first on they stand against what comes. */
  revokeStamps({ headers, terminate, cursor }: RevokeStampsRequest, now: number): RevokedSlice {
    if (cursor === null) this.#parts.book.stampOrders.add(headers, now);
    return this.#slice({ stamps: headers }, { terminate }, cursor, now);
  }

  /** One slice of purging a queue. */
  purge({ queue, cursor }: PurgeRequest, now: number): RevokedSlice {
    return this.#slice({ queue }, { purge: true }, cursor, now);
  }

  /** Ends those of the tasks that have just been accepted whose stamps are revoked. */
  refuseStamped(accepted: readonly Stamped[], now: number): void {
    const refused = accepted.filter(({ stamps }) => this.#parts.book.stampOrders.revoke(stamps, now));
    if (refused.length === 0) return;
    const revoking = new Revoking(this.#parts, {}, now);
    for (const place of refused) revoking.one(place);
    revoking.end();
  }

  #slice(filter: TaskFilter, mode: RevokeMode, cursor: string | null, now: number): RevokedSlice {
    const { book, homes } = this.#parts;
    const from = cursor === null ? null : (JSON.parse(cursor) as WalkPlace);
    const { pages, next } = walkWaiting(book.pages, from, now, filter.queue);
    // What is accepted while the walk goes on is not meant, or it might never come to an end.
    const until = Math.min(filter.until ?? Number.POSITIVE_INFINITY, (from?.began ?? now) + 1);
    const revoking = new Revoking(this.#parts, mode, now);
    let revoked = 0;
    for (const page of pages) revoked += revoking.matching(page, { ...filter, until });
    revoking.end();
    return { ...homes.known, revoked, cursor: next && JSON.stringify(next) };
  }
}
