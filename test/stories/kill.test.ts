import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Door, lastDone } from "./door.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const TASKS = 2_000;

afterAll(endRunners);

describe("2,000 tasks of 0.3 s, accepted and unfinished at a SIGKILL", () => {
  it.concurrent.for([
    ["the Node process alone", (runner: Runner) => runner.kill9Node()],
    ["the whole process group", (runner: Runner) => runner.kill9Group()],
  ] as const)("of %s are all SUCCESS within 60 s of the next start, none with more than two attempts", async ([who, kill]) => {
    const runner = await startRunner({ config });
    const ids = await new Door(runner.url).callMany(Array.from({ length: TASKS }, () => ({ task: "stories.nap", args: [0.3] })));
    await expect.poll(async () => (await startsOf(runner)).length, { timeout: 20_000, interval: 50 }).toBeGreaterThan(300);
    await kill(runner);
    const killedAt = Date.now();

    const again = await startRunner({ config, state: runner.state });
    const documents = await new Door(again.url).results(ids, 60);
    const seconds = (lastDone(documents) - again.readyAt) / 1000;
    const deliveries = documents.map((document) => deliveriesOf(document.result));
    const twice = deliveries.filter((delivery) => delivery === 2).length;
    const unfinished = documents.filter((document) => Date.parse(document.date_done ?? "") > killedAt).length;
    const starts = await startsOf(again);
    console.log(
      `SIGKILL to ${who}: ${unfinished} unfinished; the last SUCCESS ${seconds.toFixed(1)} s after ready; ${twice} tasks ran twice, ${starts.length} starts`,
    );

    expect(documents.map((document) => document.status)).toEqual(ids.map(() => "SUCCESS"));
    expect(seconds).toBeLessThan(60);
    expect(unfinished).toBeGreaterThan(1_000);
    expect(Math.max(...deliveries)).toBeLessThanOrEqual(2);
    // Each attempt was granted once and started once, and the last one is the one that counts.
    expect(new Set(starts.map((start) => `${start.id} ${start.delivery}`)).size).toBe(starts.length);
    const lastStarts = new Map(starts.toSorted((left, right) => left.delivery - right.delivery).map((start) => [start.id, start.delivery]));
    expect(ids.map((id) => lastStarts.get(id))).toEqual(deliveries);
  });
});

async function startsOf(runner: Runner): Promise<{ id: string; delivery: number }[]> {
  const answer = await fetch(`${runner.url}/starts`);
  return await answer.json();
}

function deliveriesOf(result: unknown): number {
  return typeof result === "object" && result !== null && "deliveries" in result ? Number(result.deliveries) : Number.NaN;
}
