/** How a bulk went on a peer. */
export interface BulkResult {
  /** From the first call that submits until every result was known to be there. */
  milliseconds: number;
  /** How many results were checked, each of them right; the program fails otherwise. */
  verified: number;
}

/** A peer that is running. */
export interface RunningPeer {
  /** Submits so many trivial tasks, as fast as the peer's documentation knows, and waits for all. */
  bulk(tasks: number): Promise<BulkResult>;
  /** Submits so many tasks, each when the one before has been answered; milliseconds each. */
  roundTrips(tasks: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** Something to compare with. */
export interface Peer {
  name: string;
  /** How many tasks a bulk has: some seconds' worth on two cores. */
  bulkTasks: number;
  /** What is not installed and how to install it; nothing when it can run. */
  missing(): string | undefined;
  start(): Promise<RunningPeer>;
}
