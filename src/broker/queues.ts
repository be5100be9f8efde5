import { readLane } from "../core/lane-name.ts";
import type { Lane } from "./lane.ts";
import type { Limits } from "./limits.ts";
import { Queue } from "./queue.ts";
import type { MetaStore } from "./store/meta.ts";

/** The row that names the queues that are paused. */
const PAUSED = "paused";

/** What the queues stand on. */
export interface QueuesParts {
  meta: MetaStore;
  limits: Limits;
  /** Seconds of waiting that a step of priority is worth; null: priorities are strict. */
  ageing: number | null;
  /** The name of the lane of a page in memory. */
  laneNameOf(page: number): string | undefined;
}

/** Celery's queues, and the lanes in them. Those that were named once stay; a lane under a limit stays while anything in it is unfinished. */
export class Queues {
  readonly #parts: QueuesParts;
  readonly #queues = new Map<string, Queue>();
  readonly #lanes = new Map<string, Lane>();
  readonly #paused: Set<string>;
  /** Every lane in which anything is unfinished is known. */
  #complete = false;

  constructor(parts: QueuesParts) {
    this.#parts = parts;
    this.#paused = new Set(JSON.parse(parts.meta.get(PAUSED) ?? "[]") as string[]);
    for (const name of this.#paused) this.queue(name);
  }

  /** A queue, by Celery's name. */
  queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      const { ageing } = this.#parts;
      queue = new Queue({ name, ageing, laneOf: (page) => this.#known(this.#parts.laneNameOf(page)) });
      queue.paused = this.#paused.has(name);
      this.#queues.set(name, queue);
      this.#lanes.set(name, queue.plain);
    }
    return queue;
  }

  /** A lane, by its name (core/lane-name.ts). `now`: milliseconds since 1970. */
  lane(name: string, now: number): Lane {
    return this.#lanes.get(name) ?? this.#make(name, now);
  }

  values(): Iterable<Queue> {
    return this.#queues.values();
  }

  /** All lanes in which anything is unfinished are known: one that is not has nothing on disk. */
  complete(): void {
    this.#complete = true;
  }

  /** Forgets a lane under a limit in which nothing is unfinished. */
  drop(lane: Lane): void {
    if (lane.place === undefined || !lane.empty) return;
    this.#lanes.delete(lane.name);
    this.queue(lane.queue).drop(lane);
  }

  /** Lets nothing of a queue be granted from now on, or everything again. What is granted goes on. */
  pause(name: string, paused: boolean): void {
    this.queue(name).paused = paused;
    if (this.#paused.has(name) === paused) return;
    if (paused) this.#paused.add(name);
    else this.#paused.delete(name);
    this.#parts.meta.set(PAUSED, JSON.stringify([...this.#paused].sort()));
  }

  #make(name: string, now: number): Lane {
    const { queue, limit, key } = readLane(name);
    const owner = this.queue(queue);
    if (limit === undefined) return owner.plain;
    const lane = owner.add(name, this.#parts.limits.limit(limit, now).place(key));
    if (this.#complete) lane.begin();
    this.#lanes.set(name, lane);
    return lane;
  }

  #known(name: string | undefined): Lane | undefined {
    return name === undefined ? undefined : this.#lanes.get(name);
  }
}
