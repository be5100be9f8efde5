import { signal } from "@preact/signals";
import type { FeedEvent } from "../../feed.ts";
import { isEnded, STATE_OF_EVENT } from "../../state-of-event.ts";
import type { TreeTask } from "./tree.ts";

/** How a task stands. */
export interface Standing {
  state: string;
  startedAt: Date | null;
  doneAt: Date | null;
}

/** How each task of a workflow stands, by its id: as it was read, and as events have changed it since. */
export class Standings {
  readonly byId = signal<ReadonlyMap<string, Standing>>(new Map());

  /** Takes what was read. A final state never changes, and what was read may be older than the events. */
  read(tasks: readonly TreeTask[]): void {
    const before = this.byId.peek();
    this.byId.value = new Map(
      tasks.map(({ taskId, status, dateStarted, dateDone }) => {
        const known = before.get(taskId);
        return [taskId, known !== undefined && isEnded(known.state) ? known : { state: status, startedAt: dateStarted, doneAt: dateDone }];
      }),
    );
  }

  /** Takes events, of whatever tasks. */
  heed(events: readonly FeedEvent[]): void {
    const before = this.byId.peek();
    let after: Map<string, Standing> | undefined;
    for (const { uuid, type, timestamp = 0 } of events) {
      const known = (after ?? before).get(uuid);
      const state = STATE_OF_EVENT[type];
      if (known === undefined || state === undefined || isEnded(known.state)) continue;
      after ??= new Map(before);
      const at = new Date(timestamp * 1000);
      after.set(uuid, {
        state,
        startedAt: state === "STARTED" ? at : known.startedAt,
        doneAt: isEnded(state) ? at : null,
      });
    }
    if (after !== undefined) this.byId.value = after;
  }
}

/** How many of some tasks are in each state. */
export function countStates(tasks: readonly TreeTask[], standings: ReadonlyMap<string, Standing>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { taskId, status } of tasks) {
    const state = standings.get(taskId)?.state ?? status;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
