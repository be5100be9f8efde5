/** Where a reader of events stands at a shard: in which of its rings, and behind how many of its events. */
export interface EventPlace {
  /** Of the ring: another one begins when the object was reset, or when nobody has listened for a while. */
  epoch: string;
  /** The number of the next event. */
  sequence: number;
}

const PLACE = /^(\d{1,4})\.([0-9a-z]{1,16})\.(\d{1,15})$/;

/** Writes the places as the id of an event: `0.9f2c.17`, and with several shards `0.9f2c.17_1.b801.4`. */
export function writeEventPlaces(places: ReadonlyMap<number, EventPlace>): string {
  return [...places].map(([shard, { epoch, sequence }]) => `${shard}.${epoch}.${sequence}`).join("_");
}

/** The places that an id tells; undefined when it is none that was given. */
export function readEventPlaces(id: string, shards: number): Map<number, EventPlace> | undefined {
  const places = new Map<number, EventPlace>();
  for (const part of id.split("_", shards + 1)) {
    const [, shard, epoch, sequence] = PLACE.exec(part) ?? [];
    if (epoch === undefined || Number(shard) >= shards || places.has(Number(shard))) return undefined;
    places.set(Number(shard), { epoch, sequence: Number(sequence) });
  }
  return places;
}
