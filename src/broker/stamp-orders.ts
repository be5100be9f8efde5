import { isStampRevoked, type StampedHeaders, type Stamps, type StandingStamps, standStamps } from "../core/revocation.ts";
import type { MetaStore } from "./store/meta.ts";

const KEY = "stamps";

/** The revoked stamps that stand (core/revocation.ts): what bears one and comes within three hours ends at once. One row holds them all. */
export class StampOrders {
  readonly #meta: MetaStore;
  #standing: StandingStamps;

  constructor(meta: MetaStore) {
    this.#meta = meta;
    this.#standing = JSON.parse(meta.get(KEY) ?? "{}") as StandingStamps;
  }

  /** Revoked stamps stand from now on. Inside a transaction. */
  add(headers: StampedHeaders, now: number): void {
    this.#standing = standStamps(this.#standing, headers, now);
    this.#meta.set(KEY, JSON.stringify(this.#standing));
  }

  /** Whether what bears these stamps is revoked. */
  revoke(stamps: Stamps | undefined, now: number): boolean {
    return isStampRevoked(this.#standing, stamps, now);
  }
}
