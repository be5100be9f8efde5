import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { addressOf } from "../../src/core/ids.ts";
import { Door } from "./door.ts";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const LONE = 200;
const KEYS = 12;
const SHARDS = 4;

afterAll(endRunners);

/** A call of a task of which it is seen whether it ran once. */
const double = (x: number, names: { task_id?: string; idempotency_key?: string } = {}) => ({ task: "stories.double", args: [x], ...names });
const taskId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

describe("four shards", () => {
  it("share the work, answer every result, and know every name, alone and in bulk, also when they become six and one", async () => {
    const runner = await startRunner({ config, shards: SHARDS });
    const door = new Door(runner.url);
    const lone = await Promise.all(Array.from({ length: LONE }, (_, x) => door.call("stories.double", { args: [x] }, "?wait=20")));
    expect(lone.map(({ body }) => body.result)).toEqual(lone.map((_, x) => 2 * x));
    const shares = await door.acceptedByShard();
    expect(shares.map(({ shard }) => shard)).toEqual([0, 1, 2, 3]);
    for (const { accepted } of shares) expect(Math.abs(accepted - LONE / SHARDS)).toBeLessThanOrEqual(3);

    const bulk = await door.callMany(Array.from({ length: 1_000 }, (_, x) => double(x)));
    expect(new Set(bulk.map((id) => addressOf(id)?.shard)).size).toBe(1);
    expect((await door.results(bulk, 20)).map(({ result }) => result)).toEqual(bulk.map((_, x) => 2 * x));

    const keyed = Array.from({ length: KEYS }, (_, x) => double(x, { idempotency_key: `key-${x}` }));
    const chosen = Array.from({ length: KEYS }, (_, x) => double(x, { task_id: taskId(x) }));
    const first = await door.callMany([...keyed.slice(0, 6), ...chosen.slice(0, 6)]);
    const rest = [...(await each(door, keyed.slice(6))), ...(await each(door, chosen.slice(6)))];
    const named = [...first.slice(0, 6), ...rest.slice(0, 6), ...first.slice(6), ...rest.slice(6)];
    expect(named.slice(KEYS)).toEqual(chosen.map((call) => call.task_id));

    const { state } = runner;
    let last = runner;
    for (const shards of [6, 1]) {
      await last.stop();
      last = await startRunner({ config, shards, state });
      const again = new Door(last.url);
      expect((await again.results([...named, ...bulk.slice(0, 50)], 20)).every(({ status }) => status === "SUCCESS")).toBe(true);
      expect((await again.results(lone.map(({ body }) => body.task_id))).map(({ result }) => result)).toEqual(lone.map((_, x) => 2 * x));
      expect(await again.callMany(keyed)).toEqual(named.slice(0, KEYS));
      expect(await each(again, keyed)).toEqual(named.slice(0, KEYS));
      for (const call of [chosen[0], chosen[KEYS - 1]]) {
        const { status } = await again.call("stories.double", { ...call, task: undefined });
        expect(status).toBe(409);
      }
    }
  });
});

/** Submits calls one by one, all at once; their ids. */
async function each(door: Door, calls: readonly { task: string }[]): Promise<string[]> {
  const answers = await Promise.all(calls.map(({ task, ...body }) => door.call(task, body)));
  return answers.map(({ body }) => body.task_id);
}
