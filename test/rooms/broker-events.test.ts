import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventApi, EventsPart, EventsRequest } from "../../src/broker/event-api.ts";
import { fromColumns } from "../../src/core/columns.ts";
import type { EventPlace } from "../../src/core/event-places.ts";
import type { TaskEvent } from "../../src/core/task-event.ts";
import { aCall, calls, ended, pass, START, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

async function poll(stage: Stage, after: EventPlace | null, options: Partial<EventsRequest> = {}): Promise<EventsPart> {
  const broker = stage.stub as unknown as EventApi;
  const part = await broker.events({ version: 1, filter: {}, after, waitMilliseconds: 0, most: 1_000, ...options });
  return part.columns === undefined ? part : { ...part, events: fromColumns<TaskEvent>(part.columns) };
}

/** Events as words: type and number of the task (see `aCall`), by the order of `ids`. */
function words(events: readonly TaskEvent[], ids: readonly string[]): string[] {
  return events.map(({ type, uuid }) => `${type} ${ids.indexOf(uuid)}`);
}

describe("the events of a shard", () => {
  it("tell the life of tasks to who listens: submitted, granted, run again, ended, revoked", async () => {
    const stage = new Stage();
    const { place } = await poll(stage, null);
    const ids = await stage.submit([aCall(0), aCall(1), aCall(2), aCall(3, { queue: "other", expires: START + 1_000, due: START + 500 })]);
    const { lease, tasks } = await stage.claim();
    pass(100);
    const [good, bad, again] = tasks as [never, never, never];
    const error = JSON.stringify({ exc_type: "ValueError", exc_message: ["bad"], exc_module: "" });
    await stage.report(lease, [
      { ...ended(good), startedAt: START, endedAt: START + 50 },
      { ...ended(bad, error, "FAILURE"), traceback: "at line 1" },
      { ...ended(again, error), state: "RETRY", again: { due: START + 60_000, retries: 1 } },
    ]);
    await stage.broker.revoke({ version: 1, ids: [ids[3] ?? ""], terminate: false });
    const { events, missed } = await poll(stage, place);
    expect(missed).toBe(false);
    expect(words(events, ids)).toEqual([
      ...[0, 1, 2, 3].map((number) => `task-sent ${number}`),
      ...[0, 1, 2].flatMap((number) => [`task-received ${number}`, `task-started ${number}`]),
      ...["task-retried 2", "task-succeeded 0", "task-failed 1", "task-revoked 3"],
    ]);
    expect(events[0]).toMatchObject({ name: "tasks.add", at: START, line: aCall(0).line, queue: "celery", sequence: 0 });
    expect(events[3]).toMatchObject({ queue: "other", eta: START + 500, expires: START + 1_000 });
    expect(events.at(-4)).toMatchObject({ exception: "ValueError('bad')", name: "tasks.add", at: START + 100 });
    expect(events.at(-3)).toMatchObject({ result: "3", runtime: 0.05 });
    expect(events.at(-2)).toMatchObject({ exception: "ValueError('bad')", traceback: "at line 1" });
    expect(events.at(-1)).toMatchObject({ terminated: false, expired: false });
  });

  it("come as soon as something happens to who waits, and only those that are meant", async () => {
    const stage = new Stage();
    const { place } = await poll(stage, null);
    const waiting = poll(stage, place, { waitMilliseconds: 30_000, filter: { types: ["task-succeeded"], name: "tasks.mail" } });
    await stage.submit([aCall(0)]);
    const [mail] = await stage.submit([{ line: '{"task":"tasks.mail"}', queue: "celery" }]);
    await stage.finish(await stage.claim());
    const { events, place: next } = await waiting;
    expect(events.map(({ type, uuid }) => [type, uuid])).toEqual([["task-succeeded", mail]]);
    expect(await poll(stage, next)).toMatchObject({ events: [], missed: false });
  });

  it("are answered in parts, and after the time that was given when there are none", async () => {
    const stage = new Stage();
    let { place } = await poll(stage, null);
    expect(await poll(stage, place, { waitMilliseconds: 20 })).toMatchObject({ events: [], place });
    const ids = await stage.submit(calls(25));
    const told: TaskEvent[] = [];
    for (let part = 0; part < 3; part++) {
      const answer = await poll(stage, place, { most: 10 });
      told.push(...answer.events);
      place = answer.place;
    }
    expect(told.map(({ uuid }) => uuid)).toEqual(ids);
  });

  it("are forgotten when there are too many, when nobody has asked for 30 s, and with the object", async () => {
    const stage = new Stage();
    const { place } = await poll(stage, null);
    await stage.submit(calls(10_001));
    const over = await poll(stage, place);
    expect(over).toMatchObject({ missed: true, events: [], place: { epoch: place.epoch, sequence: 10_001 } });
    pass(30_000);
    await stage.submit([aCall(0)]);
    expect(await poll(stage, over.place)).toMatchObject({ missed: false, events: [{ type: "task-sent" }] });
    pass(30_001);
    await stage.submit([aCall(1)]);
    const later = await poll(stage, over.place);
    expect(later).toMatchObject({ missed: true, events: [] });
    expect(later.place.epoch).not.toBe(place.epoch);
    await stage.crash();
    expect((await poll(stage, later.place)).missed).toBe(true);
  });

  it("cost no rows", async () => {
    const life = async (stage: Stage) => {
      await stage.submit(calls(100));
      await stage.finish(await stage.claim());
    };
    const quiet = new Stage();
    await quiet.submit([aCall(0, { queue: "warm" })]);
    const alone = await quiet.cost(() => life(quiet));
    const stage = new Stage();
    await stage.submit([aCall(0, { queue: "warm" })]);
    const { place } = await poll(stage, null);
    const listened = await stage.cost(() => life(stage));
    expect(listened).toEqual(alone);
    expect((await poll(stage, place)).events).toHaveLength(400);
  });

  it("hold long texts cut, whatever the task was called with", async () => {
    const stage = new Stage();
    const { place } = await poll(stage, null);
    const long = "x".repeat(100_000);
    await stage.submit([{ line: JSON.stringify({ task: "tasks.add", args: [long], kwargs: { long } }), queue: "celery" }]);
    const grant = await stage.claim();
    await stage.report(grant.lease, [ended(grant.tasks[0] as never, JSON.stringify(long))]);
    const { events } = await poll(stage, place);
    expect(JSON.stringify(events).length).toBeLessThan(10_000);
    expect(events.map(({ type }) => type)).toEqual(["task-sent", "task-received", "task-started", "task-succeeded"]);
    expect(events[0]?.args?.slice(0, 5)).toBe("['xxx");
  });
});
