import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { addressOf } from "../../src/core/ids.ts";
import { Door } from "./door.ts";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const TASKS = 200;
const PER_SECOND = 20;
/** So long each task runs: about four run at once. */
const NAP_SECONDS = 0.2;

afterAll(endRunners);

describe.concurrent("200 tasks under a rate limit of 20 a second", () => {
  it.each([1, 4])("start evenly in 10 seconds, 5 % more or less, with %i shards", async (shards) => {
    const runner = await startRunner({ config, shards });
    const door = new Door(runner.url);
    const ids = await callLimited(runner.url);
    expect([ids.length, new Set(ids.map((id) => addressOf(id)?.shard)).size]).toEqual([TASKS, 1]);
    // What is under no limit does not wait behind them.
    const asked = performance.now();
    expect((await door.call("stories.double", { args: [2] }, "?wait=5")).body.result).toBe(4);
    expect(performance.now() - asked).toBeLessThan(2_000);
    const results = (await door.results(ids, 30)) as unknown as { status: string; date_started: string }[];
    expect(results.every(({ status }) => status === "SUCCESS")).toBe(true);
    const starts = results.map(({ date_started }) => Date.parse(date_started)).toSorted((one, other) => one - other);
    const took = ((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / 1000;
    expect(took).toBeGreaterThan((TASKS / PER_SECOND) * 0.95);
    expect(took).toBeLessThan((TASKS / PER_SECOND) * 1.05);
    expect(mostInAnySecond(starts)).toBeLessThanOrEqual(PER_SECOND * 1.25 + 2);
  });
});

/** How many of these instants, in their order, lie within one second. */
function mostInAnySecond(instants: readonly number[]): number {
  return Math.max(...instants.map((first, index) => instants.findLastIndex((each) => each < first + 1_000) - index + 1));
}

async function callLimited(url: string): Promise<string[]> {
  const body = JSON.stringify({ count: TASKS, seconds: NAP_SECONDS, limits: { name: "stories.nap", perSecond: PER_SECOND } });
  return (await fetch(`${url}/limited`, { method: "POST", body })).json();
}
