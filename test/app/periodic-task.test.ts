import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { defaultConfig } from "../../src/core/config.ts";
import { ImproperlyConfigured } from "../../src/core/errors.ts";
import { checkEntries } from "../../src/core/schedule/read-entries.ts";

function appWithAdd() {
  const app = new Celeriac("tasks");
  const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
  const read = (variables: Record<string, unknown> = {}) =>
    checkEntries(variables, { tasks: app, config: defaultConfig, inCode: app.periodicTasks });
  return { app, add, read };
}

describe("app.addPeriodicTask", () => {
  it("adds an entry named after its call", () => {
    const { app, add, read } = appWithAdd();
    app.addPeriodicTask(30, add, { args: [16], kwargs: { y: 16 } });
    expect(read().entries).toMatchObject([
      { name: "tasks.add(16, y=16)", task: "tasks.add", schedule: { kind: "interval", everyMilliseconds: 30_000 }, args: [16] },
    ]);
  });

  it("takes what an entry of wrangler.toml may have", () => {
    const { app, add, read } = appWithAdd();
    const startTime = new Date("2026-12-24T18:00:00Z");
    app.addPeriodicTask("0 7 * * mon-fri", add, {
      name: "morning",
      args: [1, 2],
      timezone: "Europe/London",
      catchUp: "none",
      startingDeadline: 60,
      startTime,
      options: { priority: 9 },
    });
    expect(read().entries).toMatchObject([
      {
        name: "morning",
        zone: "Europe/London",
        catchUp: "none",
        startingDeadline: 60_000,
        startTime: startTime.getTime(),
        options: { priority: 9 },
      },
    ]);
  });

  it("refuses one name twice, in code or beside wrangler.toml", () => {
    const { app, add, read } = appWithAdd();
    app.addPeriodicTask(30, add, { name: "e", args: [1, 2] });
    expect(() => app.addPeriodicTask(60, add, { name: "e", args: [1, 2] })).toThrow(ImproperlyConfigured);
    const { faults } = read({ beat_schedule: { e: { task: "tasks.add", schedule: 5, args: [1, 2] } } });
    expect(faults).toEqual([
      { path: "app.addPeriodicTask.e", message: "there is an entry of this name in [vars.beat_schedule] already; give it another" },
    ]);
  });

  it("has its arguments checked with the others", () => {
    const { app, add, read } = appWithAdd();
    app.addPeriodicTask({ minute: 61 }, add, { name: "e", args: [1] });
    expect(read().faults.map((fault) => fault.path)).toEqual(["app.addPeriodicTask.e.schedule", "app.addPeriodicTask.e.args[1]"]);
  });
});
