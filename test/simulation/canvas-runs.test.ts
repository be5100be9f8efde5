import { expect, it } from "vitest";
import { runsOf } from "../../scripts/simulate/canvas-runs.ts";
import { Random } from "../../scripts/simulate/random.ts";
import { randomCanvas } from "../../scripts/simulate/random-canvas.ts";
import { meaningOf } from "../core/canvas/meaning.ts";
import { aCanvas, runCanvas, vectorTasks } from "../core/canvas/run-canvas.ts";

it("says of a random canvas which calls run, as its plan has it", () => {
  const random = new Random(1);
  let ran = 0;
  for (let index = 0; index < 500; index++) {
    const { json } = randomCanvas(random, index);
    const { plan, starts, outcome, ends, errbacks } = runCanvas(aCanvas(json), vectorTasks);
    const tokens = plan.calls.filter((_, slot) => starts[slot] === 1).map(({ step }) => String(step.kwargs.token));
    const called = plan.calls.flatMap(({ step }, slot) => {
      const callbacks = ends[slot] === "SUCCESS" ? step.links : errbacks.includes(slot) ? step.errbacks : [];
      return callbacks.map((each) => (each.kind === "task" ? String(each.kwargs.token) : ""));
    });
    expect([...runsOf(json)].sort()).toEqual([...tokens, ...called].sort());
    expect("value" in meaningOf(json, vectorTasks)).toBe("value" in outcome);
    ran += tokens.length;
  }
  expect(ran).toBeGreaterThan(2_000);
});
