import type { Process } from "./process.ts";

/** Something that is going to happen. */
export interface Event {
  /** Virtual milliseconds. */
  at: number;
  /** Decides between events of the same instant. */
  tie: number;
  process: Process;
  action: () => void;
  cancelled: boolean;
}

/** Events by time: a binary heap. */
export class EventQueue {
  readonly #events: Event[] = [];

  peek(): Event | undefined {
    return this.#events[0];
  }

  push(event: Event): void {
    const events = this.#events;
    let index = events.length;
    for (; index > 0; ) {
      const parent = (index - 1) >> 1;
      const above = events[parent];
      if (above === undefined || !before(event, above)) break;
      events[index] = above;
      index = parent;
    }
    events[index] = event;
  }

  pop(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (last === undefined || events.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = events[child];
      const right = events[child + 1];
      if (below === undefined) break;
      if (right !== undefined && before(right, below)) {
        child += 1;
        below = right;
      }
      if (!before(below, last)) break;
      events[index] = below;
      index = child;
    }
    events[index] = last;
    return first;
  }
}

function before(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.tie < other.tie);
}
