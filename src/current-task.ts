/**
 * The task that runs just now, for what is called inside it without being told of it. The worker knows how to find it; who is
 * below the worker (a program that only sends calls has none) asks here.
 */

/** A running task, as the calls that it makes see it. */
export interface CurrentTask {
  readonly id: string;
  /** The first of all: itself, unless another task called it. */
  readonly rootId: string;
  /** 0 to 9, 9 first. */
  readonly priority: number;
  /** Tells it of a call that it makes: its id is kept as one of its children, and the task does not end before the call is sent. */
  called(sending: Promise<{ id: string }>): void;
}

let find: () => CurrentTask | undefined = () => undefined;

/** The task whose handler (or hook, or what it awaits) is running; undefined outside of tasks, and in programs without a worker. */
export function currentTask(): CurrentTask | undefined {
  return find();
}

/** Says how the running task is found: for the worker, once. */
export function provideCurrentTask(finder: () => CurrentTask | undefined): void {
  find = finder;
}
