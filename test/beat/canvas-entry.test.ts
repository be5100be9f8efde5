import { expect, test } from "vitest";
import { World } from "./world.ts";

const step = (...args: number[]) => ({ task: "tasks.add", args });
const canvas = { task: "celery.chain", kwargs: { tasks: [step(1, 2), step(3)] }, subtask_type: "chain" };

test("an entry that is a canvas is started once for each instant, beside entries that are tasks", async () => {
  const world = new World({ steps: { canvas, schedule: 10 }, plain: { task: "tasks.add", args: [2, 3], schedule: 10 } });
  await world.keeper.tick();
  await world.until(30);
  expect([...world.broker.canvases.values()]).toEqual([1, 2, 3].map(() => ({ entry: "steps", calls: 2 })));
  expect(world.broker.count("plain")).toBe(3);
});

test("a canvas whose answer is lost is started again under the same id, and is one", async () => {
  const world = new World({ steps: { canvas, schedule: 10 } });
  await world.keeper.tick();
  let lost = 2;
  world.broker.after = async () => {
    lost -= 1;
    if (lost >= 0) throw new Error("the answer is lost");
  };
  await world.until(19);
  await world.until(60);
  const { submits, canvases } = world.broker;
  expect(canvases.size).toBe(6);
  expect(submits).toBeGreaterThan(6);
});

test("a canvas that the broker refuses for good is given up for that instant, with an error line", async () => {
  const world = new World({ steps: { canvas, schedule: 10 } });
  await world.keeper.tick();
  world.broker.before = async () => ({ ok: false, code: "too_large", index: 0, message: "too many" });
  await world.until(10);
  expect(world.broker.canvases.size).toBe(0);
  expect(world.lines.filter((line) => line.startsWith("ERROR"))).toEqual([expect.stringContaining("steps (celery.chain) is not sent")]);
});
