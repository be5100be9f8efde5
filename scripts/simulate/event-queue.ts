import { Heap } from "../../src/core/heap.ts";
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

/** Events by time. */
export class EventQueue extends Heap<Event> {
  constructor() {
    super((one, other) => one.at - other.at || one.tie - other.tie);
  }
}
