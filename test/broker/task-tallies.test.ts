import { describe, expect, it } from "vitest";
import type { Lines } from "../../src/broker/lines.ts";
import { OpenPage } from "../../src/broker/open-page.ts";
import type { PageRow } from "../../src/broker/store/pages.ts";
import { TaskTallies } from "../../src/broker/task-tallies.ts";

const lineOf = (task: string) => JSON.stringify({ task, args: [1] });
const NOW = Date.UTC(2026, 10, 22, 14);

function rowOf(count: number): PageRow {
  return { id: 1, queue: "celery", due: 0, created: NOW, done: null, count, head: { v: 1 }, lease: null, outcome: null };
}

/** How often each name was accepted. */
function accepted(names: readonly string[]): Record<string, number> {
  const tallies = new TaskTallies();
  tallies.accept(rowOf(names.length), { queue: "celery", due: 0, head: { v: 1, n: [] }, lines: names.map(lineOf) }, NOW);
  expect(tallies.accepted).toBe(names.length);
  return Object.fromEntries(tallies.series().map(({ task, events }) => [task, events.sent]));
}

describe("what is counted by the tasks' names", () => {
  it("tells apart names of which one begins or ends as the other", () => {
    expect(accepted(["tasks.add", "tasks.add2", "tasks.add", "tasks.ad", "asks.add", "tasks.add2"])).toEqual({
      "tasks.add": 2,
      "tasks.add2": 2,
      "tasks.ad": 1,
      "asks.add": 1,
    });
  });

  it("reads names that JSON has to escape, and such beyond the first plane", () => {
    expect(accepted(['a "quoted" one', "b\\c", "😀.add", "😀.add", "émile", 'a "quoted" one'])).toEqual({
      'a "quoted" one': 2,
      "b\\c": 1,
      "😀.add": 2,
      émile: 1,
    });
  });

  it("counts an end as `other`, and reads nothing, where the lines are not in memory", () => {
    const tallies = new TaskTallies();
    const read = () => {
      throw new Error("a row was read");
    };
    const lines = { kept: () => undefined, of: read } as unknown as Lines;
    const ended = { slot: 0, state: "SUCCESS", result: "1", traceback: null, worker: "w", startedAt: NOW, doneAt: NOW } as const;
    tallies.end(new OpenPage(rowOf(1)), [ended], lines, NOW);
    expect(tallies.series()).toMatchObject([{ task: "other", events: { succeeded: 1 } }]);
  });
});
