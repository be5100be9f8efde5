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

/** Calls `run` so that what it does, and what it starts does later, belongs to `task`. */
type Enter = <R>(task: CurrentTask, run: () => R) => R;

let find: () => CurrentTask | undefined = () => undefined;
let enter: Enter = (_task, run) => run();

/** The task whose handler (or hook, or what it awaits) is running; undefined outside of tasks, and in programs without a worker. */
export function currentTask(): CurrentTask | undefined {
  return find();
}

/** Runs a task that runs where it is called, so that the calls it makes know it. In a program without a worker nobody keeps track, and they do not. */
export function runAsCurrent<R>(task: CurrentTask, run: () => R): R {
  return enter(task, run);
}

/** Says how the running task is found, and how another is run inside it: for the worker, once. */
export function provideCurrentTask(finder: () => CurrentTask | undefined, enterer: Enter): void {
  find = finder;
  enter = enterer;
}
