import type { TaskView } from "../client/task-view.ts";

/** What an event says of its task's state; an event that is not here says nothing of it. */
export const STATE_OF_EVENT: Readonly<Record<string, TaskView["state"]>> = {
  "task-received": "PENDING",
  "task-started": "STARTED",
  "task-retried": "RETRY",
  "task-succeeded": "SUCCESS",
  "task-failed": "FAILURE",
  "task-revoked": "REVOKED",
};

const ENDED: readonly string[] = ["SUCCESS", "FAILURE", "REVOKED"];

/** Whether a state is final: it never changes any more. */
export function isEnded(state: string): boolean {
  return ENDED.includes(state);
}
