/** A request that may be sent again under the same nonce (a UUID): the answer is then the first one's. */
export type Repeatable<T> = T & { nonce: string };

/**
 * Nothing of the submit was accepted. `too_large`: it has more calls than may ever be unfinished at once; `backlog_full`: there is
 * no room for them now. What stands for an earlier task (a repeat, an idempotency key) needs no room.
 */
export interface Refused {
  ok: false;
  code: "idempotency_mismatch" | "task_id_taken" | "too_large" | "backlog_full";
  /** The position of the call at fault. */
  index: number;
  message: string;
  /** With `backlog_full`: in how many seconds there will be room, as tasks have ended lately; 1 to 60. */
  retryAfterSeconds?: number;
}

/** One sending of a submit. What the door hands on is its maker's own, who sends it again by itself. */
export interface Sent {
  /** Made by the caller, unique to this submit (a UUID). */
  nonce: string;
  /** 1 for the first sending; from 2 on the broker looks the nonce up. */
  attempt: number;
  /** When it was first sent, by the caller's clock: milliseconds since 1970. */
  sentAt: number;
}
