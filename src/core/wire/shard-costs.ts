import { type Bill, bill } from "../prices.ts";
import { noUnits, type ShardStats, type Units } from "../units.ts";

/** What shards cost at list prices, in dollars, by what is billed; names as on the wire. */
export interface ShardCosts {
  dollars: Record<string, number>;
  /** For a million tasks accepted; null before there is one. */
  perMillion: Record<string, number> | null;
}

/** Prices what shards have counted, all together. */
export function shardCosts(shards: readonly ShardStats[]): ShardCosts {
  const units = shards.reduce((sum, shard) => add(sum, shard.units), noUnits());
  const accepted = shards.reduce((sum, { tasks }) => sum + tasks.accepted, 0);
  const dollars = bill(units);
  return { dollars: named(dollars, 1), perMillion: accepted === 0 ? null : named(dollars, 1_000_000 / accepted) };
}

/** Units under their names on the wire. */
export function unitsDocument(units: Units): Record<string, number> {
  return named(units, 1);
}

function add(a: Units, b: Units): Units {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof Units)[]) sum[key] += b[key];
  return sum;
}

function named(values: Units | Bill, factor: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value * factor]),
  );
}
