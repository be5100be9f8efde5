/**
 * How many times `worker_concurrency` a consumer takes of tasks that are known to be short. They end faster than the next claim comes
 * back, so that a call of the broker, and the rows of a lease, are shared by more of them.
 */
export const SHORT_TASKS = 5;
