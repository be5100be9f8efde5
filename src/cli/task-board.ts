import { textOf } from "./document.ts";
import type { TaskEvent } from "./event-feed.ts";

/** A task as the live view shows it. */
export interface BoardTask {
  uuid: string;
  name: string;
  state: string;
  worker: string;
  /** Seconds since 1970, of its last event. */
  at: number;
}

/** What each of Celery's events says of a task's state. */
const STATES: Readonly<Record<string, string>> = {
  "task-sent": "PENDING",
  "task-received": "RECEIVED",
  "task-started": "STARTED",
  "task-succeeded": "SUCCESS",
  "task-failed": "FAILURE",
  "task-retried": "RETRY",
  "task-revoked": "REVOKED",
  "task-rejected": "REJECTED",
};

/** How many tasks are remembered; the oldest is forgotten first. */
const MOST = 1_000;

/** The tasks that events have told of lately, newest first, and how many events of each kind there were. */
export class TaskBoard {
  readonly #tasks = new Map<string, BoardTask>();
  readonly #counts = new Map<string, number>();

  /** Takes note of an event; what is no task's is not counted. */
  take(event: TaskEvent): void {
    const state = STATES[event.type];
    const uuid = textOf(event.uuid);
    if (state === undefined || uuid === "") return;
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
    const known = this.#tasks.get(uuid);
    // The map is in the order of the last events.
    this.#tasks.delete(uuid);
    this.#tasks.set(uuid, {
      uuid,
      state,
      name: textOf(event.name) || (known?.name ?? ""),
      worker: textOf(event.hostname) || (known?.worker ?? ""),
      at: typeof event.timestamp === "number" ? event.timestamp : (known?.at ?? 0),
    });
    if (this.#tasks.size > MOST) this.#tasks.delete(this.#tasks.keys().next().value ?? "");
  }

  /** The tasks, the one with the latest event first. */
  tasks(): BoardTask[] {
    return [...this.#tasks.values()].reverse();
  }

  /** How many events led to a state. */
  count(state: string): number {
    return this.#counts.get(state) ?? 0;
  }
}
