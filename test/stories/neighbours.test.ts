import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Door, lastDone } from "./door.ts";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");

afterAll(endRunners);

describe("a task of 20 s, ten of 2 s and 1,000 short ones in one bulk call", () => {
  it("are done when their own time is over: nobody waits for a slow neighbour", async () => {
    const runner = await startRunner({ config });
    const door = new Door(runner.url);
    const slow = Array.from({ length: 10 }, () => ({ task: "stories.nap", args: [2] }));
    const short = Array.from({ length: 1_000 }, (_, index) => ({ task: "stories.double", args: [index] }));
    const ids = await door.callMany([{ task: "stories.nap", args: [20] }, ...slow, ...short]);
    const accepted = Date.now();

    const shortResults = await door.results(ids.slice(11), 10);
    const slowResults = await door.results(ids.slice(1, 11), 10);
    const [longResult] = await door.results(ids.slice(0, 1), 40);
    const [shortMs, slowMs] = [lastDone(shortResults) - accepted, lastDone(slowResults) - accepted];
    const longMs = Date.parse(longResult?.date_done ?? "") - accepted;
    console.log(`after the 202: 1,000 short ones done in ${shortMs} ms, ten of 2 s in ${slowMs} ms, the one of 20 s in ${longMs} ms`);

    expect(shortResults.map((document) => document.result)).toEqual(short.map((_, index) => 2 * index));
    expect(slowResults.map((document) => document.result)).toEqual(slow.map(() => ({ deliveries: 1 })));
    expect(longResult).toMatchObject({ status: "SUCCESS", result: { deliveries: 1 } });
    expect(shortMs).toBeLessThan(2_000);
    expect(slowMs).toBeLessThan(3_000);
    expect(longMs).toBeGreaterThanOrEqual(19_500);
  });
});
