import { expect, it } from "vitest";
import { countStates, Standings } from "../../src/dashboard/pages/workflow/standings.ts";

const task = (taskId: string, status: string) => ({
  ...{ taskId, status, name: "t", groupId: null, children: [] },
  ...{ dateReceived: new Date(0), dateStarted: null, dateDone: null },
});
const event = (uuid: string, type: string, timestamp = 1) => ({ uuid, type, timestamp });

it("a workflow's tasks stand as events tell, and an end is not taken back by an older event or reading", () => {
  const tasks = [task("a", "PENDING"), task("b", "PENDING")];
  const standings = new Standings();
  standings.read(tasks);
  standings.heed([
    event("a", "task-started", 5),
    event("a", "task-succeeded", 7),
    event("b", "task-retried"),
    event("other", "task-failed"),
  ]);
  expect(standings.byId.value.get("a")).toEqual({ state: "SUCCESS", startedAt: new Date(5_000), doneAt: new Date(7_000) });
  standings.heed([event("a", "task-started", 6)]);
  standings.read(tasks);
  expect([...countStates(tasks, standings.byId.value)]).toEqual([
    ["SUCCESS", 1],
    ["PENDING", 1],
  ]);
});

it("events of others' tasks draw nothing anew", () => {
  const standings = new Standings();
  standings.read([task("a", "PENDING")]);
  const before = standings.byId.value;
  standings.heed([event("other", "task-failed"), event("a", "task-rejected")]);
  expect(standings.byId.value).toBe(before);
});
