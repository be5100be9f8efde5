import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BeatStore, type Sql } from "../../src/beat/store.ts";
import { entryTaskId } from "../../src/beat/task-id.ts";
import { wakeBeat } from "../../src/beat/wake.ts";
import { brokerClient } from "../../src/broker/client.ts";
import { systemClock } from "../../src/clock.ts";
import type { SignatureJson } from "../../src/core/canvas/signature.ts";
import { readConfig } from "../../src/core/config.ts";
import { composeEntryCanvas } from "../../src/core/schedule/entry.ts";
import { readEntry } from "../../src/core/schedule/read-entry.ts";
import { SettingFaults } from "../../src/core/setting-faults.ts";

// The entries are those of wrangler.toml: Celery's tutorial. An hour ahead, so that no alarm fires by itself.
const START = Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000;
const ADD = "add-every-30-seconds";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START);
});

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const beat = () => env.BEAT.getByName("beat");
const alarmAt = () => runInDurableObject(beat(), (_object, state) => state.storage.getAlarm());
const rows = () => runInDurableObject(beat(), (_object, state) => state.storage.sql.exec("SELECT * FROM entry ORDER BY name").toArray());

/** Moves the clock to so many seconds after the start, and fires the alarm. */
async function fireAt(seconds: number): Promise<void> {
  vi.setSystemTime(START + seconds * 1000);
  expect(await runDurableObjectAlarm(beat())).toBe(true);
}

async function taskOf(entry: string, seconds: number) {
  const id = await entryTaskId(entry, START + seconds * 1000);
  return brokerClient(env, systemClock, readConfig(env.celeryconfig).config.brokerShards).result(id, 0);
}

describe("the Beat object", () => {
  it("sees the entries at the first tick and arms its alarm for the earliest", async () => {
    await wakeBeat(env);
    expect(await rows()).toMatchObject([
      { name: ADD, first_seen: START, last_instant: null, pending: null, total_run_count: 0 },
      { name: "task2", first_seen: START, last_instant: null, pending: null, total_run_count: 0 },
    ]);
    expect(await alarmAt()).toBe(START + 30_000);
  });

  it("starts an entry that is a canvas once for an instant, under the id of entry and instant, however often it is sent", async () => {
    await wakeBeat(env);
    const step = (...args: number[]) => ({ task: "tasks.add", args });
    const canvas = { task: "celery.chain", kwargs: { tasks: [step(1, 2), step(3)] }, subtask_type: "chain" };
    expect(await beat().putSchedule("steps", JSON.stringify({ canvas, schedule: 20 }))).toMatchObject({ ok: true, created: true });
    await fireAt(20);
    const found = await taskOf("steps", 20);
    if (!found.found) throw new Error(`expected the canvas of the first instant, got ${found.why}`);
    expect(JSON.parse(found.record.line)).toMatchObject({ task: "tasks.add", args: [3], periodic_task_name: "steps" });

    const broker = brokerClient(env, systemClock, readConfig(env.celeryconfig).config.brokerShards);
    const nodes = async () => {
      const part = await broker.tree({ id: found.record.id, cursor: null, limit: 10 });
      return part.found ? part.nodes.map(({ id }) => id) : part.why;
    };
    const before = await nodes();
    expect(before).toEqual([expect.any(String), found.record.id]);
    const { config } = readConfig(env.celeryconfig);
    const registry = { get: (name: string) => ({ name }), names: () => [] };
    const entry = readEntry(
      { name: "steps", path: "", value: { canvas, schedule: 20 } },
      { tasks: registry, config },
      new SettingFaults(""),
    );
    if (entry === undefined) throw new Error("expected the entry to be sound");
    const again = await composeEntryCanvas(canvas as SignatureJson, entry, { registry, config, now: Date.now(), taskId: found.record.id });
    expect(await broker.start(again)).toMatchObject({ ok: true, ids: before, tree: { task_id: found.record.id } });
    expect(await nodes()).toEqual(before);
  });

  it("gives the broker one task an instant, under the id of entry and instant, and arms the next alarm from within the alarm", async () => {
    await wakeBeat(env);
    await fireAt(30);
    expect(await alarmAt()).toBe(START + 60_000);
    const found = await taskOf(ADD, 30);
    if (!found.found) throw new Error(`expected the task of the first instant, got ${found.why}`);
    expect(JSON.parse(found.record.line)).toEqual({ task: "tasks.add", args: [16, 16], periodic_task_name: ADD });
    expect(await taskOf("task2", 30)).toMatchObject({ found: false });
    await fireAt(60);
    expect(await taskOf(ADD, 60)).toMatchObject({ found: true });
    expect(await taskOf("task2", 60)).toMatchObject({ found: true });
    expect(await rows()).toMatchObject([
      { total_run_count: 2, pending: null },
      { total_run_count: 1, pending: null },
    ]);
  });

  it("carries on from its rows after an eviction, and sends a pending instant again without a second task", async () => {
    await wakeBeat(env);
    await fireAt(30);
    await runInDurableObject(beat(), (_object, state) => {
      state.storage.sql.exec(
        "UPDATE entry SET pending = ?, next_at = ?, total_run_count = 0 WHERE name = ?",
        START + 30_000,
        START + 30_000,
        ADD,
      );
    });
    const before = await taskOf(ADD, 30);
    await evictDurableObject(beat());
    vi.setSystemTime(START + 31_000);
    await wakeBeat(env);
    expect(await rows()).toMatchObject([{ name: ADD, pending: null, total_run_count: 1, last_instant: START + 30_000 }, { name: "task2" }]);
    const after = await taskOf(ADD, 30);
    if (!before.found || !after.found) throw new Error("expected the task of the first instant");
    expect(after.record.receivedAt).toBe(before.record.receivedAt);
  });

  it("sends each instant once when ticks come doubled and at once", async () => {
    await wakeBeat(env);
    vi.setSystemTime(START + 60_000);
    await Promise.all([wakeBeat(env), wakeBeat(env), beat().tick(), runDurableObjectAlarm(beat()), wakeBeat(env)]);
    expect(await rows()).toMatchObject([{ total_run_count: 1 }, { total_run_count: 1 }]);
    expect(await alarmAt()).toBe(START + 90_000);
  });
});

describe("BeatStore", () => {
  it("writes no row when it opens rows that are there, and one row to begin and two to confirm", async () => {
    await wakeBeat(env);
    const written = await runInDurableObject(beat(), (_object, state) => {
      let count = 0;
      const sql: Sql = {
        exec: (query, ...bindings) => {
          const cursor = state.storage.sql.exec(query, ...bindings);
          const rows = cursor.toArray();
          count += cursor.rowsWritten;
          return { toArray: () => rows };
        },
      };
      const store = new BeatStore(sql);
      const [row] = store.all();
      if (!row) throw new Error("expected the row of an entry");
      const opened = count;
      store.begin(row, START + 30_000);
      const begun = count;
      store.confirm(row, { at: START + 30_000, taskId: "id", nextAt: START + 60_000 });
      return { opened, begun, confirmed: count };
    });
    expect(written).toEqual({ opened: 0, begun: 1, confirmed: 3 });
  });
});
