import type { Bell } from "../../src/broker/api.ts";
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

/** How often a message is given to a consumer again that died over it. */
const MOST_RETRIES = 3;
const LARGEST_BATCH = 4;

interface Message {
  bell: Bell;
  retries: number;
}

/** What a consumer is told to do; `over` is called when its handler has returned, or it has died. */
export type Deliver = (bells: Bell[], over: (well: boolean) => void) => void;

/** The Cloudflare Queue: keeps bells and hands them to consumers, so many at once; loses, doubles, delays and reorders them. */
export class Transport {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #deliver: Deliver;
  readonly #consumers: number;
  readonly #waiting: Message[] = [];
  #running = 0;

  /** @param consumers how many handlers run at once */
  constructor(world: World, faults: Faults, consumers: number, deliver: Deliver) {
    this.#world = world;
    this.#faults = faults;
    this.#consumers = consumers;
    this.#deliver = deliver;
  }

  /** Bells come from the object. */
  send(bells: readonly Bell[]): void {
    for (const bell of bells) {
      this.#world.trace.note(() => `bell for ${bell.queue} of ${bell.shard}`);
      if (this.#faults.strikes("bell lost", bell.queue)) continue;
      this.#carry({ bell, retries: 0 }, this.#faults.strikes("bell late", bell.queue));
      if (this.#faults.strikes("bell doubled", bell.queue)) this.#carry({ bell, retries: 0 }, this.#world.random.chance(0.5));
    }
  }

  #carry(message: Message, late: boolean): void {
    const { random } = this.#world;
    this.#world.schedule(late ? random.between(500, 40_000) : random.between(0, 15), this.#world.platform, () => {
      this.#waiting.push(message);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#running < this.#consumers && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#world.random.between(1, LARGEST_BATCH));
      this.#running += 1;
      const bells = new Map(batch.map(({ bell }) => [`${bell.shard} ${bell.queue}`, bell]));
      this.#deliver([...bells.values()], (well) => {
        this.#running -= 1;
        if (!well && this.#world.random.chance(0.5)) {
          for (const { bell, retries } of batch) if (retries < MOST_RETRIES) this.#carry({ bell, retries: retries + 1 }, false);
        }
        this.#pump();
      });
    }
  }
}
