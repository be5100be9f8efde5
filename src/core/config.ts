/** The settings of `[vars.celeryconfig]` that the product acts on. Names and meanings are Celery's, in camelCase. */
export interface Config {
  /** IANA zone of schedules and of naive times; default `UTC`. */
  timezone: string;
  enableUtc: boolean;
  /** Seconds a finished task's result is kept after its end; default 86,400. */
  resultExpires: number;
  /** Show STARTED while a task runs; default false: it reads PENDING until it ends. */
  taskTrackStarted: boolean;
  /** The queue of tasks that name none; default `celery`. */
  taskDefaultQueue: string;
  /** All queues that may be named; always holds the default one. */
  taskQueues: string[];
  /** How many tasks one consumer runs at once; default 100. */
  workerConcurrency: number;
  /** How many consumers may be about at once, a queue: the same number as `max_concurrency` in `[[queues.consumers]]`; default 20. */
  maxConcurrency: number;
}
