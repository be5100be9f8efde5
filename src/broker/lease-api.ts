/** What consumers and the broker say to each other about leases; part of api.ts. */
import type { Columns } from "../core/columns.ts";
import type { Outcome } from "../core/result.ts";
import type { SetTimeLimits } from "../core/time-limits.ts";

/** A consumer asks for work. */
export interface ClaimRequest {
  version: 1;
  queue: string;
  /** How many tasks it has room for. */
  room: number;
  /** How many it takes if they are known to be short: it keeps those that it has no room for until it has. Default: `room`. */
  most?: number;
  /** The consumer's name, such as `celeriac@3f2a`. */
  consumer: string;
  /** It reads a grant whose tasks lie in columns. */
  readsColumns?: boolean;
}

/** One task handed out. `page`, `slot` and `attempt` go back with its outcome. */
export interface GrantedTask {
  page: number;
  slot: number;
  attempt: number;
  id: string;
  /** The call's line, as JSON text (core/call.ts, `Line`). */
  line: string;
  /** Milliseconds since 1970, where the call had one. */
  due?: number;
  expires?: number;
  /** How many times it was retried; absent: 0. */
  retries?: number;
}

/** What a claim or a report gives. No lease: nothing is held any more, and there is nothing to do. */
export interface Grant {
  version: 1;
  lease: string | null;
  /** How long the lease runs from now, in milliseconds; renew every third of it. */
  leaseMilliseconds: number;
  tasks: GrantedTask[];
  /** The same tasks in columns; `tasks` is empty then. */
  columns?: Columns;
  /** The time limits that operators have set, by task; absent: none. */
  timeLimits?: Readonly<Record<string, SetTimeLimits>>;
  /** The broker's clock (milliseconds since 1970), by which expiries are to be told; there when one of the tasks expires. */
  now?: number;
}

/** A consumer tells how tasks ended and asks for more. `room` 0 asks for none. */
export interface ReportRequest {
  version: 1;
  lease: string;
  consumer: string;
  queue: string;
  outcomes: Outcome[];
  /** The same outcomes in columns; `outcomes` is empty then. */
  columns?: Columns;
  room: number;
  /** As in `ClaimRequest`. */
  most?: number;
  /** Counts the consumer's reports from 1: one that was overtaken on its way by a later one is granted nothing, for nobody waits for its answer. */
  sequence: number;
  /** As in `ClaimRequest`. */
  readsColumns?: boolean;
}

/** A renewal that is not `held` means that the lease was lost: abort what runs under it. */
export interface Renewal {
  held: boolean;
  leaseMilliseconds: number;
}

/** A running attempt tells its state (Celery's `update_state`). */
export interface StateUpdate {
  version: 1;
  lease: string;
  page: number;
  slot: number;
  attempt: number;
  state: string;
  /** JSON text; with the state at most 1,000,000 bytes, else the call is refused with a RangeError. */
  meta: string;
}

/** A consumer renews its lease, and asks what it should know of what it runs. */
export interface NewsRequest {
  version: 1;
  lease: string;
  /** How long the answer may wait for something to tell: 0 for a renewal alone, at most a third of the lease. */
  waitMilliseconds: number;
}

/** An attempt that was terminated: its handler's signal is to be aborted, and its outcome does not count any more. */
export interface Aborted {
  page: number;
  slot: number;
  attempt: number;
}

/** A renewal, which counts from when the call came, and what was terminated under the lease; told again until the consumer reports of it or the lease ends. */
export interface News extends Renewal {
  aborted: Aborted[];
}
