import type { Lease, LeaseState } from "./lease.ts";

/** A lease as the row of the page that it holds keeps it. */
export interface Note {
  id: string;
  state: LeaseState;
}

/** A slot that a lease holds. */
export interface Held {
  lease: Lease;
  slot: number;
  attempt: number;
}
