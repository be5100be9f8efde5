import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Door, type ResultDocument } from "./door.ts";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const TASKS = 1_000;
const LONE = 5;
/** How far ahead the first eta is, in milliseconds: what was accepted must be written down by then. */
const AHEAD = 2_000;
/** Far enough apart that no consumer stays for the next one: each needs a bell. */
const APART = 1_500;

afterAll(endRunners);

it("of 1,000 tasks with etas 1 ms apart none starts early, and 99 in 100 start within 50 ms of their eta; so does one that waits alone", async () => {
  const door = new Door((await startRunner({ config, args: ["--ticks-per-minute", "0"] })).url);
  await door.call("stories.double", { args: [1] }, "?wait=20");
  const first = Date.now() + AHEAD;
  const dense = await send(
    door,
    Array.from({ length: TASKS }, (_, number) => first + number),
  );
  const acceptedAhead = first - Date.now();
  const sparse = await send(
    door,
    Array.from({ length: LONE }, (_, number) => first + TASKS + (number + 1) * APART),
  );
  const documents = await door.results(dense.ids, 20);
  const lags = lagsOf(documents, dense.etas);
  const [median, p99, most] = [0.5, 0.99, 1].map((share) => lags[Math.ceil(share * TASKS) - 1]);
  const alone = lagsOf(await door.results(sparse.ids, 20), sparse.etas);
  console.log(`1,000 etas: the start lags ${median} ms at the median, ${p99} ms at p99, ${most} ms at most; alone ${alone.join(", ")} ms`);

  expect(acceptedAhead).toBeGreaterThan(0);
  expect(documents.map(({ result }) => result)).toEqual(dense.etas.map((_, x) => 2 * x));
  expect(lags[0]).toBeGreaterThanOrEqual(0);
  expect(p99).toBeLessThanOrEqual(50);
  expect(alone[0]).toBeGreaterThanOrEqual(0);
  expect(alone[Math.floor(LONE / 2)]).toBeLessThanOrEqual(50);
});

async function send(door: Door, etas: readonly number[]): Promise<{ etas: readonly number[]; ids: string[] }> {
  return {
    etas,
    ids: await door.callMany(etas.map((eta, x) => ({ task: "stories.double", args: [x], eta: new Date(eta).toISOString() }))),
  };
}

/** How long after its eta each task was started, in milliseconds, the shortest first. */
function lagsOf(documents: readonly ResultDocument[], etas: readonly number[]): number[] {
  return documents.map(({ date_started }, number) => Date.parse(date_started ?? "") - (etas[number] ?? 0)).sort((a, b) => a - b);
}
