import { expect, it } from "vitest";
import type { Outcome } from "../../src/core/result.ts";
import { runTask } from "../../src/worker/run-task.ts";
import { RunningTask } from "../../src/worker/running-task.ts";
import { TaskLog } from "../../src/worker/task-log.ts";
import { aLog, aRegistry } from "./stage.ts";

const registry = aRegistry({
  "tasks.double": (_context, x) => 2 * Number(x),
  "tasks.add": async (_context, x, y) => Number(x) + Number(y),
  "tasks.fail": () => {
    throw new RangeError("deliberate error");
  },
});

async function run(task: string, inner: string, it: unknown): Promise<[state: string, result: unknown]> {
  const line = JSON.stringify({ task, kwargs: { task: { task: inner }, it } });
  const granted = { page: 3, slot: 7, attempt: 1, id: "the-id", line, due: 1_000 };
  const running = new RunningTask(granted, { consumer: "celeriac@test", queue: "celery", env: {} });
  const outcome: Outcome = await runTask(running, { registry, log: new TaskLog(aLog()), clock: { now: () => 5_000 } });
  return [outcome.state, JSON.parse(outcome.result)];
}

it("celery.map calls the inner task for each item", async () => {
  expect(await run("celery.map", "tasks.double", [1, 2, 3])).toEqual(["SUCCESS", [2, 4, 6]]);
  expect(await run("celery.map", "tasks.double", [])).toEqual(["SUCCESS", []]);
});

it("celery.starmap calls it with the items of each item", async () => {
  expect(
    await run("celery.starmap", "tasks.add", [
      [1, 2],
      [3, 4],
    ]),
  ).toEqual(["SUCCESS", [3, 7]]);
});

it("one item that fails ends it all with that error", async () => {
  expect(await run("celery.map", "tasks.fail", [1, 2])).toMatchObject(["FAILURE", { exc_type: "RangeError" }]);
});

it("an inner task that is not registered is NotRegistered", async () => {
  expect(await run("celery.map", "tasks.gone", [1])).toMatchObject(["FAILURE", { exc_type: "NotRegistered" }]);
});
