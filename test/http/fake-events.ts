import type { EventSource, EventsPart, EventsRequest } from "../../src/broker/event-api.ts";
import type { TaskEvent } from "../../src/core/task-event.ts";

/** Shards whose events the test tells. Each remembers as many as `remembered` says. */
export class FakeEvents implements EventSource {
  shards = 1;
  /** As many as the shards know of. */
  known = 1;
  /** What was asked, by shard. */
  readonly asked: Array<EventsRequest & { shard: number }> = [];
  remembered = 100;
  /** As many as an answer tells of, whatever is asked. */
  most = Number.POSITIVE_INFINITY;
  failure: Error | undefined;
  readonly #told = new Map<number, TaskEvent[]>();
  readonly #waiting = new Set<() => void>();

  /** Something happens at a shard. */
  tell(shard: number, uuid: string, more: Partial<TaskEvent> = {}): void {
    const told = this.#told.get(shard) ?? [];
    this.#told.set(shard, told);
    told.push({ type: "task-started", uuid, name: "tasks.add", at: 1_000, ...more, sequence: told.length });
    for (const wake of this.#waiting) wake();
  }

  /** What waits is answered without anything new, as after its time. */
  silence(): void {
    for (const wake of this.#waiting) wake();
  }

  async events(shard: number, request: EventsRequest): Promise<EventsPart> {
    this.asked.push({ ...request, shard });
    if (this.failure !== undefined) throw this.failure;
    const { after, most } = request;
    const told = () => this.#told.get(shard) ?? [];
    const now = () => ({ epoch: "e0", sequence: told().length });
    if (after === null) return { shards: this.known, place: now(), missed: false, events: [] };
    if (after.epoch !== "e0" || after.sequence < told().length - this.remembered)
      return { shards: this.known, place: now(), missed: true, events: [] };
    if (after.sequence === told().length) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
      if (this.failure !== undefined) throw this.failure;
    }
    const events = told().slice(after.sequence, after.sequence + Math.min(most, this.most));
    return { shards: this.known, place: { epoch: "e0", sequence: after.sequence + events.length }, missed: false, events };
  }
}
