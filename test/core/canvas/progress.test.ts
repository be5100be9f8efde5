import { describe, expect, it } from "vitest";
import { flowOf } from "../../../src/core/canvas/flow.ts";
import { planOf } from "../../../src/core/canvas/plan.ts";
import { Progress } from "../../../src/core/canvas/progress.ts";
import { aCanvas, runCanvas, vectorTasks } from "./run-canvas.ts";

const add = (...args: unknown[]) => ({ task: "tasks.add", args });
const identity = (...args: unknown[]) => ({ task: "tasks.identity", args });
const fail = { task: "tasks.fail" };
const xsum = { task: "tasks.xsum" };
const chain = (...tasks: unknown[]) => ({ task: "celery.chain", kwargs: { tasks }, subtask_type: "chain" });
const group = (...tasks: unknown[]) => ({ task: "celery.group", kwargs: { tasks }, subtask_type: "group" });
const chord = (header: unknown[], body: unknown, options = {}) => ({
  task: "celery.chord",
  kwargs: { header, body, kwargs: {} },
  subtask_type: "chord",
  options,
});
const run = (json: unknown) => runCanvas(aCanvas(json), vectorTasks);
const FAILED = "Error: deliberate error";

describe("a failed call", () => {
  it("ends every later step of its chain as it ended itself, and calls its own errbacks alone", () => {
    const { ends, errbacks, starts } = run(chain(add(1, 2), fail, identity(), add(4)));
    expect(ends).toEqual(["SUCCESS", FAILED, FAILED, FAILED]);
    expect([starts, errbacks]).toEqual([[1, 1, 0, 0], [1]]);
  });

  it("in a chord's header lets the others end, then fails the body, which stands for it to errbacks", () => {
    const { ends, errbacks, starts } = run(chord([add(1, 2), fail, add(3, 4)], chain(xsum, add(1))));
    const error = `ChordError: 1 raised ${FAILED}`;
    expect(ends).toEqual(["SUCCESS", FAILED, "SUCCESS", error, error]);
    expect([starts, errbacks]).toEqual([
      [1, 1, 1, 0, 0],
      [1, 3],
    ]);
  });

  it("before a group ends every member of it", () => {
    const { ends, errbacks } = run(chain(fail, group(identity(), chain(identity(), identity())), xsum));
    expect(ends.slice(0, 4)).toEqual([FAILED, FAILED, FAILED, FAILED]);
    expect(ends[4]).toBe(`ChordError: 0 raised ${FAILED}`);
    expect(errbacks).toEqual([0, 4]);
  });

  it("in a group ends the members of a group after it as it ended itself, each with its errbacks", () => {
    const { ends, errbacks } = run(chain(group(fail, identity(1)), group(identity(), identity())));
    expect(ends).toEqual([FAILED, "SUCCESS", FAILED, FAILED]);
    expect(errbacks).toEqual([0, 2, 3]);
  });

  it("in a chord in a header fails both bodies, the outer one for the inner one's error", () => {
    const { ends } = run(chord([identity(1), chord([identity(2), fail], xsum)], xsum));
    expect(ends[3]).toBe(`ChordError: 2 raised ${FAILED}`);
    expect(ends[4]).toBe(`ChordError: 3 raised ${ends[3]}`);
  });
});

describe("options, links and errbacks", () => {
  const step = (json: unknown, setting = { errbacksOnHeader: false }) =>
    planOf(flowOf(aCanvas(json), setting)).calls.map(({ step: { options, links, errbacks } }) => [options, links.length, errbacks.length]);
  const options = { countdown: 5, task_id: "the id", link: [identity()], link_error: identity(), queue: null };

  it("of a chain go to its first task, its id and links to the last, its errbacks to all", () => {
    const json = { ...chain(identity(1), identity(), identity()), options };
    expect(step(json)).toEqual([
      [{ countdown: 5 }, 0, 1],
      [{}, 0, 1],
      [{ task_id: "the id" }, 1, 1],
    ]);
  });

  it("of a group go to every member, its links to the first", () => {
    const json = { ...group(identity(1), identity(2)), options };
    expect(step(json)).toEqual([
      [{ countdown: 5 }, 1, 1],
      [{ countdown: 5 }, 0, 1],
    ]);
  });

  it("of a chord go to all, its id, links and errbacks to the body; errbacks to the header too where that is allowed", () => {
    const json = chord([identity(1)], xsum, options);
    expect(step(json)).toEqual([
      [{ countdown: 5 }, 0, 0],
      [{ countdown: 5, task_id: "the id" }, 1, 1],
    ]);
    expect(step(json, { errbacksOnHeader: true })[0]).toEqual([{ countdown: 5 }, 0, 1]);
  });

  it("that are equal are kept once", () => {
    expect(step({ ...identity(1), options: { link: [identity(), identity(), identity(2)] } })).toEqual([[{}, 2, 0]]);
  });
});

describe("large canvases", () => {
  it("a chord of 100,000 takes constant time for each member, and makes its body ready once", () => {
    const plan = planOf(flowOf(aCanvas(chord(Array(100_000).fill(identity(1)), xsum)), { errbacksOnHeader: false }));
    const progress = new Progress(plan);
    expect(progress.start().ready).toHaveLength(100_000);
    const following = plan.calls.slice(0, 100_000).map((_, slot) => progress.end(slot, "SUCCESS").ready.length);
    expect(following.filter((count) => count > 0)).toEqual([1]);
  });

  it("a chain of 5,000 and of 5,000 groups fails in one go", () => {
    for (const steps of [Array(5_000).fill(identity()), Array(5_000).fill(group(identity(), identity()))]) {
      const plan = planOf(flowOf(aCanvas(chain(fail, ...steps)), { errbacksOnHeader: false }));
      const progress = new Progress(plan);
      progress.start();
      expect(progress.end(0, "FAILURE").ended).toHaveLength(plan.calls.length - 1);
    }
  });

  it("is nested 100 deep", () => {
    let json: unknown = identity(1);
    for (let depth = 0; depth < 50; depth++) json = chord([json, group(identity(2))], chain(xsum, add(1)));
    expect(run(json).outcome).toEqual({ value: 1 + 50 * 3 });
  });
});

describe("a call that is added to a join", () => {
  it("is waited for like the others, however many are added", () => {
    const progress = new Progress(planOf(flowOf(aCanvas(chord([add(1, 1)], xsum)), { errbacksOnHeader: false })));
    progress.start();
    for (let count = 0; count < 100; count++) progress.add(0);
    expect(progress.end(0, "SUCCESS").ready).toEqual([]);
    for (let slot = 2; slot < 101; slot++) expect(progress.end(slot, "SUCCESS").ready).toEqual([]);
    expect([progress.isOver(101), progress.causeOf({ join: 0 })]).toEqual([false, undefined]);
    expect(progress.end(101, "SUCCESS")).toMatchObject({ ready: [1], joined: [{ join: 0, cause: null }] });
    progress.end(1, "SUCCESS");
    expect(progress.areAllOver).toBe(true);
  });

  it("fails the body like the others", () => {
    const progress = new Progress(planOf(flowOf(aCanvas(chord([add(1, 1)], xsum)), { errbacksOnHeader: false })));
    progress.start();
    progress.add(0);
    progress.end(2, "FAILURE");
    expect(progress.end(0, "SUCCESS").ended).toEqual([{ slot: 1, cause: 2, as: "chord_error", errbacks: true }]);
  });
});
