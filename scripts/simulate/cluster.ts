import { BrokerObject, type ObjectParts } from "./broker-object.ts";

/** What the shards are put together with. `brokerShards` of the configuration may change: an object that is started has read it. */
export type ClusterParts = Omit<ObjectParts, "shard">;

/** Every shard's object, made when it is called first. */
export class Cluster {
  /** Answers wait for the disk, in all objects (`BrokerObject.gated`). */
  gated = true;
  readonly #parts: ClusterParts;
  readonly #objects = new Map<number, BrokerObject>();

  constructor(parts: ClusterParts) {
    this.#parts = parts;
  }

  /** The object of one shard. */
  at(shard: number): BrokerObject {
    let object = this.#objects.get(shard);
    if (object === undefined) {
      object = new BrokerObject({ ...this.#parts, shard });
      object.gated = this.gated;
      this.#objects.set(shard, object);
    }
    return object;
  }

  /** Those that were ever called. */
  get objects(): BrokerObject[] {
    return [...this.#objects.values()];
  }

  /** The history is over. */
  close(): void {
    for (const { disk } of this.objects) disk.close();
  }
}
