/** What the handles of the bench's Worker (deployment/million.ts) are sent and answer. */

/** Submits tasks one by one into the held queue. */
export interface Fill {
  /** The first task's number; the others follow. */
  from: number;
  tasks: number;
  /** How many submits are under way at once: about as many tasks share a page. */
  width: number;
  /** Over how many seconds from now their instants are spread; 0: they are ready. */
  spreadSeconds: number;
  priority: number;
}

/** Ends waiting tasks of the held queue. */
export interface Drain {
  tasks: number;
  /** How many consumers, and for how many tasks each asks. */
  width: number;
  room: number;
}

/** How many tasks were ended, and the sum of their numbers. */
export interface Drained {
  ended: number;
  sum: number;
}

/** The first claim of a reset object. */
export interface Claimed {
  milliseconds: number;
  /** Rows that the object has read since it was started, the claim's among them. */
  rowsRead: number;
  tasks: number;
}
