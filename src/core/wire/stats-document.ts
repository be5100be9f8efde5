import { bill, PRICES } from "../prices.ts";
import { noUnits, type ShardStats, type Units } from "../units.ts";

/** The document of `GET /v1/inspect/stats`: what each shard has counted since it was last started, and what that costs. */
export function statsDocument(shards: readonly ShardStats[]): Record<string, unknown> {
  const units = shards.reduce((sum, shard) => add(sum, shard.units), noUnits());
  const accepted = shards.reduce((sum, { tasks }) => sum + tasks.accepted, 0);
  const dollars = bill(units);
  const perMillion = accepted === 0 ? null : scale(dollars, 1_000_000 / accepted);
  return {
    shards: shards.map(({ since, units, ...rest }) => ({ ...rest, since: new Date(since).toISOString(), units: snake(units) })),
    prices_of: PRICES.date,
    dollars: snake(dollars),
    dollars_per_million_tasks: perMillion === null ? null : snake(perMillion),
  };
}

function add(a: Units, b: Units): Units {
  return map(a, (key, value) => value + b[key]);
}

function scale<T extends object>(values: T, factor: number): T {
  return map(values, (_, value) => value * factor);
}

function map<T extends object>(values: T, change: (key: keyof T, value: number) => number): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(key as keyof T, value as number)])) as T;
}

function snake(values: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  );
}
