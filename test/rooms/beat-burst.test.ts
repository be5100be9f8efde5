import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BeatStore } from "../../src/beat/store.ts";
import { wakeBeat } from "../../src/beat/wake.ts";

// An hour ahead, so that no alarm fires by itself.
const START = Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000;
const ENTRIES = 10_000;
const DUE = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START);
});

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const beat = () => env.BEAT.getByName("beat");

it("sends a thousand entries that are due in one second within it, out of ten thousand, and reads no row of the others", async () => {
  await wakeBeat(env);
  await runInDurableObject(beat(), (_object, state) => {
    const store = new BeatStore(state.storage.sql);
    for (let index = 0; index < ENTRIES; index++) {
      const due = index < DUE;
      const everySeconds = due ? 20 : 3_600;
      store.put({
        name: `e${index}`,
        schedule: JSON.stringify({ kind: "interval", everyMilliseconds: everySeconds * 1000 }),
        firstSeen: START,
        lastInstant: null,
        pending: null,
        totalRunCount: 0,
        nextAt: START + everySeconds * 1000,
        lastRunAt: null,
        lastTaskId: null,
        definition: JSON.stringify({ task: "tasks.add", schedule: everySeconds, args: [index, 1] }),
      });
    }
  });
  await wakeBeat(env);
  vi.setSystemTime(START + 20_000);
  const read = await runInDurableObject(beat(), (_object, state) => {
    const cursor = state.storage.sql.exec("SELECT name FROM entry WHERE next_at <= ? ORDER BY next_at, name", START + 20_000);
    cursor.toArray();
    return cursor.rowsRead;
  });
  // Each by its place in the index, and itself.
  expect(read).toBeLessThanOrEqual(2 * DUE + 1);
  const began = performance.now();
  expect(await runDurableObjectAlarm(beat())).toBe(true);
  const took = performance.now() - began;
  expect(took).toBeLessThan(1_000);
  const [count] = await runInDurableObject(beat(), (_object, state) =>
    state.storage.sql
      .exec("SELECT count(*) AS sent, min(last_instant) AS at FROM entry WHERE total_run_count = 1 AND pending IS NULL")
      .toArray(),
  );
  expect(count).toEqual({ sent: DUE, at: START + 20_000 });
  console.log(`beat: ${DUE} of ${ENTRIES} entries due in one second, sent in ${Math.round(took)} ms`);
});
