import { expect, it } from "vitest";
import { entryTaskId } from "../../src/beat/task-id.ts";
import { readSchedule } from "../../src/core/schedule/read-schedule.ts";
import { nextInstant } from "../../src/core/schedule/schedule.ts";
import { START, World } from "./world.ts";

const YEAR = 365.25 * 86_400_000;
const END = START + 10 * YEAR;

/** A schedule of every kind, under every rule. */
const ENTRIES = {
  "all-noons": { schedule: "0 12 * * *", timezone: "America/New_York", catch_up: "all" },
  "all-leap": { schedule: "30 2 29 feb *", timezone: "Europe/London", catch_up: "all" },
  "all-late": { schedule: { days: 1 }, catch_up: "all", starting_deadline: 86_400 },
  "one-quarter": { schedule: "*/15 * * * *", timezone: "Australia/Lord_Howe" },
  "one-interval": { schedule: 5_400 },
  "one-relative": { schedule: { days: 1, relative: true }, timezone: "Asia/Tehran" },
  "one-sun": { schedule: { event: "sunset", lat: 69.65, lon: 18.96 } },
  "one-clocked": { schedule: { at: "2031-03-30T02:30:00+01:00" } },
  "none-weekdays": { schedule: "0 9 * * mon-fri", timezone: "Europe/London", catch_up: "none" },
};
type Name = keyof typeof ENTRIES;
const names = Object.keys(ENTRIES) as Name[];

it("sends each instant that the catch-up rule selects once, through ten years of late, doubled and missing ticks and lost answers", async () => {
  const world = new World(Object.fromEntries(names.map((name) => [name, { task: "tasks.add", ...ENTRIES[name] }])));
  const chance = randomNumbers(6);
  const model = new Map(names.map((name) => [name, new Model(name)]));
  await world.keeper.tick();
  const ticks = { made: 0, failed: 0 };
  while (world.now < END) {
    // From a few seconds to ten days late; now and then the clock steps back.
    world.now += chance() < 0.05 ? -chance() * 600_000 : chance() ** 5 * 864_000_000;
    world.now = Math.floor(world.now);
    if (chance() < 0.2) world.evict();
    const fault = chance();
    world.broker.before = async () => {
      if (fault < 0.1) throw new Error("down");
      return undefined;
    };
    world.broker.after = async () => {
      if (fault > 0.9) throw new Error("the answer is lost");
    };
    const failed = fault < 0.1 || fault > 0.9;
    // All that is pending travels together: one that fails, fails for all.
    for (const one of model.values()) one.tick(world.now, failed);
    const tick = () => (chance() < 0.5 ? world.keeper.tick() : world.fire());
    await (failed || chance() < 0.7 ? world.keeper.tick() : Promise.all([tick(), tick()]));
    ticks.made += 1;
    if (failed) ticks.failed += 1;
  }
  for (const one of model.values()) {
    one.tick(world.now, false);
    const expected = await Promise.all([...one.sent].map((instant) => entryTaskId(one.name, instant)));
    world.broker.before = async () => undefined;
    world.broker.after = async () => undefined;
    await world.keeper.tick();
    const sent = [...world.broker.tasks].filter(([, task]) => task.entry === one.name).map(([id]) => id);
    expect(sent.sort(), one.name).toEqual(expected.sort());
    expect(world.rows().find((row) => row.name === one.name)).toMatchObject({ total_run_count: expected.length, pending: null });
  }
  const [noons = 0, quarters = 0] = (["all-noons", "one-quarter"] as const).map((name) => model.get(name)?.sent.size);
  expect(noons).toBeGreaterThan(3_600);
  expect(quarters).toBeGreaterThan(500);
  console.log(
    `beat in ten years: ${ticks.made} ticks, ${ticks.failed} of them failed; ${world.broker.tasks.size} tasks, each instant once`,
  );
});

/** What an entry should be sent for, out of the list of all its instants. */
class Model {
  readonly name: Name;
  readonly sent = new Set<number>();
  readonly #instants: number[] = [];
  /** How many of the instants are behind. */
  #passed = 0;
  #pending: number | undefined;
  #firstDue = 0;

  constructor(name: Name) {
    this.name = name;
    const entry: { schedule: unknown; timezone?: string } = ENTRIES[name];
    const read = readSchedule(entry.schedule);
    if ("fault" in read) throw new Error(read.fault);
    const origin = { firstSeen: START, zone: entry.timezone ?? "UTC" };
    for (let at = nextInstant(read.schedule, START, origin); at !== null && at < END + YEAR; at = nextInstant(read.schedule, at, origin)) {
      this.#instants.push(at);
    }
  }

  /** A round at `now`, whose sending fails or not. */
  tick(now: number, failed: boolean): void {
    this.#pending ??= this.#select(now);
    // What could not be sent waits for when it was first due, if the clock was set back meanwhile.
    while (this.#pending !== undefined && this.#firstDue <= now && !failed) {
      this.sent.add(this.#pending);
      this.#pending = this.#select(now);
    }
  }

  #select(now: number): number | undefined {
    const rule = this.name.split("-")[0];
    const deadline = rule === "none" ? 60_000 : this.name === "all-late" ? 86_400_000 : Number.POSITIVE_INFINITY;
    let selected: number | undefined;
    const first = this.#instants[this.#passed] ?? 0;
    for (let at = this.#instants[this.#passed]; at !== undefined && at <= now; at = this.#instants[this.#passed]) {
      this.#passed += 1;
      if (now - at <= deadline) selected = at;
      if (rule === "all" && selected !== undefined) break;
    }
    if (selected !== undefined) this.#firstDue = first;
    return selected;
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
