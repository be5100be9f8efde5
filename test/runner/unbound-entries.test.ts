import { expect, test } from "vitest";
import { unboundEntries } from "../../src/runner/unbound-entries.ts";

const vars = { beat_schedule: { night: { task: "tasks.clean", cron: "0 3 * * *" }, often: { task: "tasks.clean", schedule: 30 } } };

test("an entry that is bound to a Cron Trigger which is there is well", () => {
  expect(unboundEntries(vars, ["* * * * *", "0 3 * * *"])).toEqual([]);
});

test("one that is bound to none is told, with those there are", () => {
  expect(unboundEntries(vars, ["0 4 * * *"])).toEqual([
    "beat_schedule.night never runs: its cron \"0 3 * * *\" is no line of [triggers].crons; did you mean '0 4 * * *'?",
  ]);
  expect(unboundEntries(vars, [])).toEqual([
    'beat_schedule.night never runs: its cron "0 3 * * *" is no line of [triggers].crons; there are none.',
  ]);
});

test("what is no table of entries is left to beat, which tells of it", () => {
  expect(unboundEntries({ beat_schedule: "soon", beat_schedule_2: { e: 5 }, other: { cron: "0 3 * * *" } }, [])).toEqual([]);
});
