import { expect, it } from "vitest";
import { runsOf } from "../../scripts/simulate/canvas-runs.ts";
import { Random } from "../../scripts/simulate/random.ts";
import { randomCanvas } from "../../scripts/simulate/random-canvas.ts";
import { MEANT_TASKS } from "../../scripts/simulate/replacement.ts";
import { meaningOf } from "../core/canvas/meaning.ts";
import { aCanvas, runCanvas, vectorTasks } from "../core/canvas/run-canvas.ts";

it("says of a random canvas which calls run, as its plan has it", () => {
  const random = new Random(1);
  let ran = 0;
  for (let index = 0; index < 500; index++) {
    const { json } = randomCanvas(random, index, { replacing: false });
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

it("says of a task that is replaced that its replacement runs, and that it ends as that does", () => {
  const call = (token: string, more: object = {}) => ({ task: "tasks.identity", args: [1], kwargs: { token, ...more } });
  const group = (...tasks: object[]) => ({ task: "celery.group", kwargs: { tasks }, subtask_type: "group" as const });
  const link = { link: [call("linked")], link_error: [call("called")] };
  const chain = (replacement: object) => ({
    task: "celery.chain",
    kwargs: {
      tasks: [
        { ...call("first", { replacement }), options: link },
        { ...call("next"), args: [] },
      ],
    },
    subtask_type: "chain" as const,
  });
  const well = chain(group(call("one"), call("two")));
  expect([...runsOf(well)].sort()).toEqual(["first", "linked", "next", "one", "two"]);
  expect(meaningOf(well, MEANT_TASKS)).toEqual({ value: [1, 1] });
  const ill = chain(group(call("one"), { ...call("two"), task: "tasks.fail" }));
  expect([...runsOf(ill)].sort()).toEqual(["called", "first", "one", "two"]);
  expect(meaningOf(ill, MEANT_TASKS)).toHaveProperty("error");
});
