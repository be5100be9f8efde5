/** Celery's `self.request`: what the task is told of its own call. */
export interface TaskRequest {
  id: string;
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** How many times it was retried; 0 the first time. */
  retries: number;
  /** Which attempt this is, counted from 1; more than 1 after a lost lease or a retry. */
  deliveries: number;
  queue: string;
  /** The consumer that runs it. */
  hostname: string;
  eta: Date | null;
  expires: Date | null;
  headers: Record<string, unknown>;
}

/** What a handler registered with `{ bind: true }` is given as its first parameter. */
export interface TaskContext {
  request: TaskRequest;
  /** Aborted when the lease of the task is lost: what the handler does later is not accepted any more. */
  signal: AbortSignal;
  /** The Worker script's bindings. */
  env: unknown;
}
