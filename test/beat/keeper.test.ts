import { afterEach, describe, expect, it, vi } from "vitest";
import { entryOf, START, World } from "./world.ts";

const add = { task: "tasks.add", schedule: 30, args: [16, 16] };
const print = { task: "tasks.print_task", schedule: { minutes: 1 } };
const tutorial = { "add-every-30-seconds": add, task2: print };

afterEach(() => {
  vi.useRealTimers();
});

describe("a beat that is woken once", () => {
  it("sends each entry of the tutorial on its own second, by its own alarm, and never twice", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    expect(world.broker.tasks.size).toBe(0);
    await world.until(185);
    expect(world.broker.count("add-every-30-seconds")).toBe(6);
    expect(world.broker.count("task2")).toBe(3);
    expect([...world.broker.tasks.values()][0]).toEqual({ entry: "add-every-30-seconds", args: [16, 16] });
    expect(world.rows()).toMatchObject([
      { name: "add-every-30-seconds", first_seen: START, last_instant: START + 180_000, pending: null, total_run_count: 6 },
      { name: "task2", first_seen: START, last_instant: START + 180_000, pending: null, total_run_count: 3 },
    ]);
  });

  it("says what it sends in Celery's words", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    await world.until(30);
    expect(world.lines).toEqual(["INFO Scheduler: Sending due task add-every-30-seconds (tasks.add)"]);
  });

  it("sends all that is due in one submit", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    await world.until(59);
    const before = world.broker.submits;
    await world.until(60);
    expect(world.broker.submits - before).toBe(1);
    expect(world.broker.tasks.size).toBe(3);
  });

  it("arms nothing when there is no entry", async () => {
    const world = new World({});
    await world.keeper.tick();
    expect([world.armed, world.writes]).toEqual([null, 0]);
  });
});

describe("ticks", () => {
  it("that come when nothing is due write no row and arm nothing, even after an eviction", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    const { writes, timesArmed } = world;
    await world.keeper.tick();
    world.now += 10_000;
    await world.keeper.tick();
    world.evict();
    await world.keeper.tick();
    expect([world.writes, world.timesArmed, world.broker.submits]).toEqual([writes, timesArmed, 0]);
  });

  it("of a due entry cost two rows and one arming, whatever else is configured", async () => {
    const idle = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`idle-${index}`, { ...print, schedule: { days: 1 } }]));
    const world = new World({ ...idle, "add-every-30-seconds": add });
    await world.keeper.tick();
    const { writes, timesArmed } = world;
    await world.until(30);
    expect([world.writes - writes, world.timesArmed - timesArmed]).toEqual([2, 1]);
  });

  it("doubled and at once send one task", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.now = START + 30_000;
    await Promise.all([world.keeper.tick(), world.keeper.tick(), world.fire(), world.keeper.tick()]);
    await world.keeper.tick();
    expect([world.broker.tasks.size, world.broker.submits]).toEqual([1, 1]);
    expect(world.armed).toBe(START + 60_000);
  });

  it("leave an alarm armed when it fires while a round is about to end", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.now = START + 30_000;
    let release = () => {};
    world.broker.after = () => new Promise((resolve) => (release = resolve));
    const round = world.keeper.tick();
    await vi.waitFor(() => expect(world.broker.submits).toBe(1));
    const fired = world.fire();
    release();
    await Promise.all([round, fired]);
    expect(world.armed).toBe(START + 60_000);
    expect(world.broker.tasks.size).toBe(1);
  });

  it("leave an alarm armed whenever within a round it fires", async () => {
    for (let turns = 0; turns < 20; turns++) {
      const world = new World(tutorial);
      await world.keeper.tick();
      world.now = START + 29_995;
      const round = world.keeper.tick();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      await Promise.all([round, world.fire()]);
      expect(world.armed, `fired after ${turns} turns`).toBeGreaterThanOrEqual(START + 30_000);
    }
  });

  it("send what a lost alarm did not, and arm it again", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.now = START + 33_000;
    await world.keeper.tick();
    expect(world.broker.tasks.size).toBe(1);
    expect(world.armed).toBe(START + 60_000);
    world.armed = START + 34_000;
    world.evict();
    world.now = START + 50_000;
    await world.keeper.tick();
    expect(world.armed).toBe(START + 60_000);
  });

  it("never arm the instant that is firing, though the alarm came early", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.now = START + 29_995;
    await world.fire();
    expect(world.broker.tasks.size).toBe(0);
    expect(world.armed).toBe(START + 30_001);
    await world.until(31);
    expect(world.broker.tasks.size).toBe(1);
  });
});

describe("downtime", () => {
  it("collapses to one task an entry, for the last instant missed", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    await world.until(60);
    world.evict();
    world.now = START + 3_605_000;
    await world.fire();
    expect(world.broker.count("add-every-30-seconds")).toBe(3);
    expect(world.broker.count("task2")).toBe(2);
    expect(world.rows()[0]).toMatchObject({ last_instant: START + 3_600_000, total_run_count: 3 });
    expect(world.armed).toBe(START + 3_630_000);
  });

  it("between writing an instant down and sending it loses nothing and doubles nothing", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.now = START + 30_000;
    world.broker.before = () => new Promise(() => {});
    void world.fire();
    await vi.waitFor(() => expect(world.broker.submits).toBe(1));
    expect(world.rows()[0]).toMatchObject({ pending: START + 30_000, total_run_count: 0 });
    world.broker.before = async () => undefined;
    world.evict();
    await world.keeper.tick();
    expect(world.broker.tasks.size).toBe(1);
    expect(world.rows()[0]).toMatchObject({ pending: null, total_run_count: 1 });
  });

  it("after the broker took the call, but before its answer, makes no second task", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.now = START + 30_000;
    world.broker.after = () => new Promise(() => {});
    void world.fire();
    await vi.waitFor(() => expect(world.broker.tasks.size).toBe(1));
    world.broker.after = async () => undefined;
    world.evict();
    world.now = START + 31_000;
    await world.keeper.tick();
    expect([world.broker.submits, world.broker.tasks.size]).toEqual([2, 1]);
    expect(world.rows()[0]).toMatchObject({ pending: null, last_instant: START + 30_000, total_run_count: 1 });
  });
});

describe("a broker that fails", () => {
  it("does not end the chain: beat tries again after 1, 2, 4 … seconds, and sends when it is back", async () => {
    const world = new World({ e: add });
    await world.keeper.tick();
    world.broker.before = () => Promise.reject(new Error("Durable Object reset"));
    world.now = START + 30_000;
    const waits: number[] = [];
    for (let round = 0; round < 6; round++) {
      await world.fire();
      waits.push((world.armed ?? 0) - world.now);
      world.now = world.armed ?? 0;
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(world.lines.filter((line) => line === "ERROR Scheduler: Durable Object reset")).toHaveLength(6);
    world.broker.before = async () => undefined;
    await world.fire();
    // The one that failed, and those that passed meanwhile, which are one.
    expect(world.now).toBe(START + 75_000);
    expect(world.broker.tasks.size).toBe(2);
    expect(world.rows()[0]).toMatchObject({ last_instant: START + 60_000, pending: null, total_run_count: 2 });
    expect(world.armed).toBe(START + 90_000);
  });

  it("whose answers are lost gets the same ids again", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    let lost = 2;
    world.broker.after = async () => {
      if (lost-- > 0) throw new Error("Network connection lost");
    };
    await world.until(45);
    expect([world.broker.submits, world.broker.tasks.size]).toEqual([3, 1]);
  });

  it("that has no room is asked again, with nothing given up", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.broker.before = async () => ({ ok: false, code: "backlog_full", index: 0, message: "no room" });
    await world.until(30);
    expect(world.lines.at(-1)).toBe("ERROR Scheduler: the broker took nothing (backlog_full): no room");
    expect(world.rows()[0]).toMatchObject({ pending: START + 30_000 });
    world.broker.before = async () => undefined;
    await world.until(32);
    expect(world.broker.tasks.size).toBe(1);
  });

  it("that has room for some only is sent as many, and the others later, with none lost", async () => {
    const world = new World({ a: add, b: add, c: add, d: add, e: add });
    await world.keeper.tick();
    let room = 2;
    world.broker.before = async (calls) => {
      if (calls.length > room) return { ok: false, code: "backlog_full", index: room, message: "no room" };
      room -= calls.length;
      return undefined;
    };
    await world.until(30);
    expect([...world.broker.tasks.values()].map(({ entry }) => entry)).toEqual(["a", "b"]);
    expect(world.rows().map(({ pending }) => pending !== null)).toEqual([false, false, true, true, true]);
    room = 100;
    await world.until(59);
    expect([...world.broker.tasks.values()].map(({ entry }) => entry)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("that never takes so many at once gets them in several, with none given up", async () => {
    const world = new World({ a: add, b: add, c: add });
    await world.keeper.tick();
    world.broker.before = async (calls) =>
      calls.length > 1 ? { ok: false, code: "too_large", index: 1, message: "send fewer" } : undefined;
    await world.until(30);
    expect(world.broker.tasks.size).toBe(3);
    expect(world.lines.filter((line) => line.startsWith("ERROR"))).toEqual([]);
  });

  it("that refuses one entry for good gets the others, and that entry again at its next instant", async () => {
    const world = new World({ a: add, b: add, c: add });
    await world.keeper.tick();
    world.broker.before = async (calls) => {
      const index = calls.findIndex((call) => entryOf(call) === "b");
      return index < 0 ? undefined : { ok: false, code: "too_large", index, message: "2 MB" };
    };
    await world.until(30);
    expect([...world.broker.tasks.values()].map((task) => task.entry)).toEqual(["a", "c"]);
    expect(world.lines).toContain("ERROR Scheduler: b (tasks.add) is not sent for 2026-11-22T13:55:30.000Z: too_large: 2 MB");
    expect(world.rows()[1]).toMatchObject({ name: "b", pending: null, total_run_count: 0 });
    world.broker.before = async () => undefined;
    await world.until(60);
    expect(world.broker.count("b")).toBe(1);
  });

  it("that never answers is given up after 30 seconds and asked again", async () => {
    vi.useFakeTimers();
    const world = new World({ e: add });
    await world.keeper.tick();
    world.broker.before = () => new Promise(() => {});
    world.now = START + 30_000;
    const round = world.fire();
    await vi.waitFor(() => expect(world.broker.submits).toBe(1));
    await vi.advanceTimersByTimeAsync(30_000);
    await round;
    expect(world.lines.at(-1)).toBe("ERROR Scheduler: the broker did not answer in 30 seconds");
    world.broker.before = async () => undefined;
    await world.until(31);
    expect(world.broker.tasks.size).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("terms of an entry", () => {
  it("that catches up on all send every missed instant, each under its own id, in one round", async () => {
    const world = new World({ e: { ...add, catch_up: "all" } });
    await world.keeper.tick();
    world.now = START + 3_605_000;
    await world.keeper.tick();
    expect(world.broker.tasks.size).toBe(120);
    expect(world.rows()[0]).toMatchObject({ last_instant: START + 3_600_000, total_run_count: 120, pending: null });
  });

  it("that is one-off are met once, and nothing is armed after it", async () => {
    const world = new World({ e: { ...add, schedule: { at: new Date(START + 5_000).toISOString() } } });
    await world.keeper.tick();
    await world.until(5);
    expect(world.broker.tasks.size).toBe(1);
    expect(world.rows()[0]).toMatchObject({ next_at: null, last_run_at: START + 5_000, last_task_id: [...world.broker.tasks.keys()][0] });
    expect(world.armed).toBeNull();
  });

  it("that is not enabled are kept in its row, and it goes on from the time it is", async () => {
    const world = new World({ e: { ...add, enabled: false } });
    await world.keeper.tick();
    await world.until(100);
    expect([world.broker.tasks.size, world.rows().length, world.armed]).toEqual([0, 1, null]);
  });

  it("follow the calendar of its zone", async () => {
    const world = new World({ e: { ...add, schedule: "0 9 * * *", timezone: "America/New_York" } });
    await world.keeper.tick();
    // START is 8:55 in New York.
    await world.until(300);
    expect(world.rows()[0]).toMatchObject({ last_instant: START + 300_000, next_at: START + 300_000 + 86_400_000 });
  });
});

describe("an entry bound to a Cron Trigger", () => {
  const bound = { task: "tasks.add", cron: "0 3 * * *" };
  const at = START + 60_000;

  it("runs when that trigger fires, and no other, once however often it is told", async () => {
    const world = new World({ bound, e: add });
    await world.keeper.tick();
    world.now = at;
    await Promise.all([
      world.keeper.tick({ cron: "0 3 * * *", at }),
      world.keeper.tick({ cron: "0 3 * * *", at }),
      world.keeper.tick({ cron: "* * * * *", at }),
    ]);
    world.evict();
    await world.keeper.tick({ cron: "0 3 * * *", at });
    expect(world.broker.count("bound")).toBe(1);
    await world.keeper.tick({ cron: "0 3 * * *", at: at + 86_400_000 });
    expect(world.broker.count("bound")).toBe(2);
  });

  it("is sent later when the broker fails", async () => {
    const world = new World({ bound });
    world.broker.before = () => Promise.reject(new Error("down"));
    world.now = at;
    await world.keeper.tick({ cron: "0 3 * * *", at });
    expect(world.armed).toBe(at + 1_000);
    world.broker.before = async () => undefined;
    world.evict();
    await world.until(62);
    expect(world.broker.count("bound")).toBe(1);
  });
});

describe("many entries", () => {
  it("cost a round only the rows of those that are due", async () => {
    const idle = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`idle-${index}`, { ...print, schedule: 3_600 }]));
    const world = new World({ ...idle, e: add });
    await world.keeper.tick();
    world.evict();
    await world.keeper.tick();
    const { reads } = world;
    await world.until(30);
    // The entry that is due, the look that finds nothing more, the earliest of the rest, and the deployment's mark.
    expect(world.reads - reads).toBeLessThanOrEqual(4);
    world.evict();
    const { reads: before } = world;
    await world.keeper.tick();
    expect(world.reads - before).toBeLessThanOrEqual(6);
  });
});

describe("entries that change", () => {
  it("in their schedule begin anew", async () => {
    const world = new World({ e: add });
    await world.keeper.tick();
    await world.until(40);
    world.variables = { beat_schedule: { e: { ...add, schedule: 7 } } };
    world.evict();
    await world.keeper.tick();
    expect(world.rows()[0]).toMatchObject({ first_seen: START + 40_000, last_instant: START + 30_000 });
    await world.until(55);
    expect(world.broker.count("e")).toBe(3);
  });

  it("in their arguments keep their instants", async () => {
    const world = new World({ e: add });
    await world.keeper.tick();
    await world.until(40);
    world.variables = { beat_schedule: { e: { ...add, args: [1, 2] } } };
    world.evict();
    const { writes } = world;
    await world.keeper.tick();
    expect(world.writes).toBe(writes);
    await world.until(60);
    expect([...world.broker.tasks.values()].map((task) => task.args)).toEqual([
      [16, 16],
      [1, 2],
    ]);
  });

  it("by being removed are forgotten, with what was pending of them", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.broker.before = () => Promise.reject(new Error("down"));
    await world.until(30);
    world.variables = { beat_schedule: { task2: print } };
    world.broker.before = async () => undefined;
    world.evict();
    await world.until(60);
    expect(world.rows().map((row) => row.name)).toEqual(["task2"]);
    expect(world.broker.count("add-every-30-seconds")).toBe(0);
    expect(world.broker.count("task2")).toBe(1);
  });

  it("by being added start with the round that sees them", async () => {
    const world = new World({ e: add });
    await world.keeper.tick();
    await world.until(10);
    world.variables = { beat_schedule: { e: add }, beat_schedule_more: { f: { ...add, schedule: 5 } } };
    await world.keeper.tick();
    await world.until(20);
    expect(world.broker.count("f")).toBe(2);
  });

  it("by becoming faulty are told once and keep their row, and the others go on", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.variables = { beat_schedule: { ...tutorial, task2: { task: "tasks.print_tusk", schedule: 60 } } };
    await world.until(90);
    const told = world.lines.filter((line) => line.startsWith("ERROR"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("beat_schedule.task2.task: no task is registered under the name 'tasks.print_tusk'");
    expect(world.rows().map((row) => row.name)).toEqual(["add-every-30-seconds", "task2"]);
    expect(world.broker.count("add-every-30-seconds")).toBe(3);
    expect(world.broker.count("task2")).toBe(0);
  });

  it("are not forgotten because their table cannot be read", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    world.variables = { beat_schedule: "broken" };
    await world.keeper.tick();
    expect(world.rows()).toHaveLength(2);
  });
});

describe("a name in both sources", () => {
  it("is the one's that was there first, with an error line, until that is deleted", async () => {
    const world = new World({});
    await world.keeper.change((register) => register.put("e", JSON.stringify({ ...print, schedule: 20 })));
    world.variables = { beat_schedule: { e: add } };
    world.evict();
    await world.keeper.tick();
    expect(world.lines).toEqual(["ERROR Scheduler: e was added over HTTP already: the deployment's entry of this name is not sent"]);
    await world.until(20);
    expect([...world.broker.tasks.values()]).toEqual([{ entry: "e", args: [] }]);
    await world.keeper.change((register) => register.remove("e"));
    await world.until(50);
    expect([...world.broker.tasks.values()].at(-1)).toEqual({ entry: "e", args: [16, 16] });
  });
});

describe("a clock", () => {
  it("that steps back resends nothing", async () => {
    const world = new World(tutorial);
    await world.keeper.tick();
    await world.until(120);
    const sent = world.broker.tasks.size;
    world.now = START + 20_000;
    await world.keeper.tick();
    await world.until(119);
    expect(world.broker.tasks.size).toBe(sent);
    await world.until(150);
    expect(world.broker.tasks.size).toBe(sent + 1);
  });

  it("that wanders and an object that is lost at any time send each instant at most once", async () => {
    const world = new World({ e: add });
    let seed = 7;
    const chance = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const failing = async () => {
      if (chance(3) === 0) throw new Error("lost");
    };
    world.broker.before = () => failing().then(() => undefined);
    world.broker.after = failing;
    for (let step = 0; step < 300; step++) {
      world.now += chance(40_000) - 5_000;
      if (chance(4) === 0) world.evict();
      if (chance(2) === 0) await world.keeper.tick();
      else if (world.armed !== null && world.armed <= world.now) await world.fire();
    }
    world.broker.before = async () => undefined;
    world.broker.after = async () => undefined;
    world.now += 60_000;
    await world.keeper.tick();
    await world.until((world.now - START) / 1000 + 60);
    expect(world.broker.tasks.size).toBeGreaterThan(50);
    expect(world.rows()[0]).toMatchObject({ pending: null, total_run_count: world.broker.tasks.size });
  });
});

describe("a configuration that cannot be read", () => {
  it("is logged, and beat looks again in a minute", async () => {
    const world = new World({ e: add });
    Object.defineProperty(world, "variables", {
      get: () => {
        throw new Error("[vars.celeryconfig]: timezone: expected …");
      },
    });
    await world.keeper.tick();
    expect(world.lines).toEqual(["ERROR Scheduler: [vars.celeryconfig]: timezone: expected …"]);
    expect(world.armed).toBe(START + 60_000);
  });
});
