/** How `apply` is to run a call. */
export interface EagerOptions {
  /** Throw a failure instead of answering it in the result. Default: `task_eager_propagates`. */
  throw?: boolean;
  /** Run it as if it had been retried so often. Default 0. */
  retries?: number;
}
