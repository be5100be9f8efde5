import { describe, expect, it } from "vitest";
import type { Line } from "../../../src/core/call.ts";
import { defaultConfig } from "../../../src/core/config.ts";
import { ImproperlyConfigured } from "../../../src/core/errors.ts";
import { composeEntry } from "../../../src/core/schedule/entry.ts";
import { checkEntries, readEntries } from "../../../src/core/schedule/read-entries.ts";
import type { TaskDefinition } from "../../../src/core/task-definition.ts";

const add: TaskDefinition = {
  name: "tasks.add",
  parameters: [
    { name: "x", required: true, rest: false },
    { name: "y", required: true, rest: false },
  ],
};
const definitions = new Map<string, TaskDefinition>([
  ["tasks.add", add],
  ["tasks.print_task", { name: "tasks.print_task" }],
]);
const known = {
  tasks: { get: (name: string) => definitions.get(name), names: () => [...definitions.keys()] },
  config: { ...defaultConfig, taskQueues: ["celery", "mail"] },
};

/** What an entry has that says nothing else. */
const plain = { kwargs: {}, options: {}, enabled: true, oneOff: false, catchUp: "one", zone: "UTC", description: "" };

/** The entries of Celery's tutorial. */
const tutorial = {
  "add-every-30-seconds": { task: "tasks.add", schedule: 30, args: [16, 16] },
  task2: { task: "tasks.print_task", schedule: { minutes: 1 } },
};

function refusal(variables: Record<string, unknown>): string {
  try {
    readEntries(variables, known);
  } catch (error) {
    if (error instanceof ImproperlyConfigured) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

const refusalOf = (entry: unknown) => refusal({ beat_schedule: { e: entry } });

describe("readEntries", () => {
  it("reads the entries of Celery's tutorial", () => {
    expect(readEntries({ beat_schedule: tutorial, celeryconfig: {}, OTHER: "text" }, known)).toEqual([
      {
        name: "add-every-30-seconds",
        task: "tasks.add",
        schedule: { kind: "interval", everyMilliseconds: 30_000 },
        args: [16, 16],
        ...plain,
        written: tutorial["add-every-30-seconds"],
      },
      {
        name: "task2",
        task: "tasks.print_task",
        schedule: { kind: "interval", everyMilliseconds: 60_000 },
        args: [],
        ...plain,
        written: tutorial.task2,
      },
    ]);
  });

  it("answers none when no variable holds entries", () => {
    expect(readEntries({ celeryconfig: {} }, known)).toEqual([]);
  });

  it("gathers entries from every table whose name begins with beat_schedule", () => {
    const variables = {
      beat_schedule: { a: tutorial.task2 },
      beat_schedule_mail: { b: tutorial.task2 },
      beat_schedule2: { c: tutorial.task2 },
    };
    expect(readEntries(variables, known).map((entry) => entry.name)).toEqual(["a", "b", "c"]);
  });

  it("refuses one name in two tables", () => {
    expect(refusal({ beat_schedule: tutorial, beat_schedule_2: { task2: tutorial.task2 } })).toBe(
      "[vars]: beat_schedule_2.task2: there is an entry of this name in [vars.beat_schedule] already; give it another",
    );
  });

  it("keeps entries that are not enabled, as such, and checks them all the same", () => {
    expect(readEntries({ beat_schedule: { e: { ...tutorial.task2, enabled: false } } }, known)).toMatchObject([{ enabled: false }]);
    expect(refusalOf({ ...tutorial.task2, schedule: 0, enabled: false })).toContain("beat_schedule.e.schedule: expected an interval");
  });

  it("takes a whole canvas in the place of a task", () => {
    const canvas = {
      task: "celery.chain",
      kwargs: {
        tasks: [
          { task: "tasks.add", args: [1, 2] },
          { task: "tasks.add", args: [3] },
        ],
      },
    };
    const [read] = readEntries({ beat_schedule: { e: { canvas, schedule: 30 } } }, known);
    expect(read).toMatchObject({ task: "celery.chain", canvas, args: [], kwargs: {}, options: {} });
  });

  it("takes every option that is not one single call's, by its wire name", () => {
    const options = {
      time_limit: 20,
      soft_time_limit: 10,
      ignore_result: true,
      max_retries: null,
      shadow: "night",
    };
    const read = readEntries({ beat_schedule: { e: { task: "tasks.print_task", schedule: 30, options } } }, known);
    expect(read[0]?.options).toEqual({ timeLimit: 20, softTimeLimit: 10, ignoreResult: true, shadow: "night" });
  });

  it("hands options and keyword arguments on", () => {
    const entry = {
      task: "tasks.add",
      schedule: 5,
      kwargs: { x: 1, y: 2 },
      options: { queue: "mail", priority: 9, expires: 10, countdown: 1, headers: { a: 1 } },
      description: "adds",
    };
    expect(readEntries({ beat_schedule: { e: entry } }, known)[0]).toMatchObject({ kwargs: entry.kwargs, options: entry.options });
  });

  it.each([
    [30, "beat_schedule.e: expected a table with task and schedule, got the number 30"],
    [{ schedule: 30 }, "beat_schedule.e.task: missing; write the name of a registered task"],
    [{ task: "tasks.print_task" }, "beat_schedule.e.schedule: missing; write a number of seconds"],
    [{ task: 3, schedule: 30 }, "beat_schedule.e.task: expected the name of a registered task, got the number 3"],
    [
      { task: "tasks.ad", schedule: 30 },
      "beat_schedule.e.task: no task is registered under the name 'tasks.ad'; did you mean 'tasks.add'?",
    ],
    [
      { task: "tasks.print_task", schedule: "soon" },
      "beat_schedule.e.schedule: expected a number of seconds, a table such as { minutes = 1 }",
    ],
    [{ task: "tasks.print_task", shedule: 30, schedule: 30 }, "beat_schedule.e.shedule: unknown key; did you mean 'schedule'?"],
    [{ task: "tasks.print_task", schedule: 30, cron: "0 3 * * *" }, "beat_schedule.e.cron: expected cron or schedule, got both"],
    [{ task: "tasks.print_task", cron: "" }, "beat_schedule.e.cron: expected a line of [triggers].crons"],
    [{ task: "tasks.print_task", schedule: 30, timezone: "+08:00" }, "beat_schedule.e.timezone: expected the IANA name of a time zone"],
    [{ task: "tasks.print_task", schedule: 30, catch_up: "some" }, 'beat_schedule.e.catch_up: expected "all", "one" or "none"'],
    [{ task: "tasks.print_task", schedule: 30, start_time: "soon" }, "beat_schedule.e.start_time: expected a time with its zone"],
    [{ task: "tasks.print_task", schedule: 30, one_off: 1 }, "beat_schedule.e.one_off: expected true or false"],
    [{ task: "tasks.print_task", schedule: 30, starting_deadline: -1 }, "beat_schedule.e.starting_deadline: expected a number of seconds"],
    [{ task: "tasks.add", schedule: 30, args: [16] }, "beat_schedule.e.args[1]: missing required argument 'y'"],
    [{ task: "tasks.add", schedule: 30, args: [1, 2, 3] }, "beat_schedule.e.args[2]: takes 2 positional arguments but 3 were given"],
    [
      { task: "tasks.add", schedule: 30, args: [1, 2], kwargs: { z: 1 } },
      "beat_schedule.e.kwargs.z: got an unexpected keyword argument 'z'",
    ],
    [{ task: "tasks.print_task", schedule: 30, args: { x: 1 } }, "beat_schedule.e.args: expected an array, got an object"],
    [{ task: "tasks.print_task", schedule: 30, kwargs: [] }, "beat_schedule.e.kwargs: expected a table, got an array"],
    [{ task: "tasks.print_task", schedule: 30, enabled: "no" }, "beat_schedule.e.enabled: expected true or false"],
    [{ task: "tasks.print_task", schedule: 30, description: 5 }, "beat_schedule.e.description: expected a string"],
    [{ task: "tasks.print_task", schedule: 30, options: "fast" }, "beat_schedule.e.options: expected a table"],
    [
      { task: "tasks.print_task", schedule: 30, options: { prioritty: 9 } },
      "beat_schedule.e.options.prioritty: unknown key; did you mean 'priority'?",
    ],
    [{ task: "tasks.print_task", schedule: 30, options: { task_id: "one" } }, "beat_schedule.e.options.task_id: unknown key"],
    [
      { task: "tasks.print_task", schedule: 30, options: { soft_time_limit: 20, time_limit: 10 } },
      "beat_schedule.e.options.soft_time_limit: soft_time_limit must be less than or equal to time_limit",
    ],
    [
      { task: "tasks.print_task", schedule: 30, options: { priority: 10 } },
      "beat_schedule.e.options.priority: expected a whole number from 0 to 9",
    ],
    [
      { task: "tasks.print_task", schedule: 30, options: { queue: "mial" } },
      "beat_schedule.e.options.queue: no queue is named 'mial'; did you mean 'mail'?",
    ],
    [
      { task: "tasks.print_task", schedule: 30, options: { expires: "soon" } },
      "beat_schedule.e.options.expires: expected a number of seconds above 0",
    ],
  ])("refuses %j", (entry, message) => {
    expect(refusalOf(entry)).toContain(`[vars]: ${message}`);
  });

  it("reads what says when an entry counts", () => {
    const entry = {
      task: "tasks.print_task",
      schedule: { hours: 1 },
      relative: true,
      timezone: "Europe/London",
      one_off: true,
      start_time: "2026-12-24T18:00:00Z",
      expires: new Date("2026-12-25T18:00:00Z"),
      catch_up: "all",
      starting_deadline: { minutes: 5 },
    };
    expect(readEntries({ beat_schedule: { e: entry } }, known)).toMatchObject([
      {
        schedule: { kind: "interval", everyMilliseconds: 3_600_000, relative: true },
        zone: "Europe/London",
        oneOff: true,
        startTime: Date.parse("2026-12-24T18:00:00Z"),
        expires: Date.parse("2026-12-25T18:00:00Z"),
        catchUp: "all",
        startingDeadline: 300_000,
      },
    ]);
  });

  it("binds an entry to a Cron Trigger, and sends a clocked one once", () => {
    const bound = { task: "tasks.print_task", cron: "0 3 * * *" };
    const clocked = { task: "tasks.print_task", schedule: { at: "2026-12-24T18:00:00Z" } };
    expect(readEntries({ beat_schedule: { bound, clocked } }, known)).toMatchObject([
      { schedule: { kind: "trigger", cron: "0 3 * * *" }, oneOff: false },
      { schedule: { kind: "clocked" }, oneOff: true },
    ]);
  });

  it("refuses names that would forge log lines", () => {
    expect(refusal({ beat_schedule: { "a\nb": tutorial.task2 } })).toContain("expected a name of 1 to 255 characters");
    expect(refusal({ beat_schedule: { "": tutorial.task2 } })).toContain("expected a name of 1 to 255 characters");
  });

  it("tells the faults of all entries at once", () => {
    const message = refusal({ beat_schedule: { a: { task: "x", schedule: 0 }, b: 1 }, beat_schedule_x: "text" });
    expect(message).toMatch(
      /^\[vars\]: 4 faults: \(1\) beat_schedule\.a\.schedule: .+\(2\) beat_schedule\.a\.task: .+\(3\) beat_schedule\.b: .+\(4\) beat_schedule_x: /,
    );
  });
});

describe("checkEntries", () => {
  it("answers sound entries beside faults", () => {
    const read = checkEntries({ beat_schedule: { ...tutorial, bad: { task: "tasks.add", schedule: 30 } } }, known);
    expect(read.entries.map((entry) => entry.name)).toEqual(["add-every-30-seconds", "task2"]);
    expect(read.faulty).toEqual(["bad"]);
    expect(read.partial).toBe(false);
  });

  it("sends neither of two entries with one name, and says when a table was not read", () => {
    const read = checkEntries({ beat_schedule: tutorial, beat_schedule_2: { task2: tutorial.task2 }, beat_schedule_3: 1 }, known);
    expect(read.entries.map((entry) => entry.name)).toEqual(["add-every-30-seconds"]);
    expect(read.faulty).toEqual(["task2"]);
    expect(read.partial).toBe(true);
  });
});

describe("composeEntry", () => {
  it("makes a call under the id given, once only, that tells the entry's name", async () => {
    const [entry] = readEntries(
      { beat_schedule: { e: { task: "tasks.add", schedule: 30, args: [16, 16], options: { expires: 5 } } } },
      known,
    );
    if (!entry) throw new Error("no entry was read");
    const taskId = "00000000-0000-8000-8000-000000000001";
    const call = await composeEntry(entry, add, { config: known.config, now: 1_000, taskId });
    expect(call).toMatchObject({ taskId, onceOnly: true, queue: "celery", expires: 6_000 });
    const line = JSON.parse(call.line) as Line;
    expect(line).toEqual({ task: "tasks.add", args: [16, 16], periodic_task_name: "e" });
  });
});
