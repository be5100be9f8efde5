import type { TaskView } from "../../../client/task-view.ts";

/** A consumer that runs tasks: they come and go with the work. */
export interface Consumer {
  name: string;
  queues: string[];
  running: number;
  /** The task that it has run longest. */
  longest: TaskView;
}

/** The consumers of tasks that run, the one with the longest-running task first. */
export function consumersOf(running: readonly TaskView[]): Consumer[] {
  const consumers = new Map<string, Consumer>();
  for (const task of running) {
    if (task.worker === null) continue;
    const known = consumers.get(task.worker) ?? { name: task.worker, queues: [], running: 0, longest: task };
    known.running += 1;
    if (!known.queues.includes(task.queue)) known.queues.push(task.queue);
    if (Number(task.dateStarted) < Number(known.longest.dateStarted)) known.longest = task;
    consumers.set(task.worker, known);
  }
  return [...consumers.values()].toSorted((one, other) => Number(one.longest.dateStarted) - Number(other.longest.dateStarted));
}
