import { describe, expect, it } from "vitest";
import { readSignature } from "../../../src/core/canvas/read-signature.ts";

const faults = (json: unknown) => {
  const read = readSignature(json);
  return "faults" in read ? read.faults.map(({ path, message }) => `${path}: ${message}`) : [];
};
const add = { task: "tasks.add", args: [1], kwargs: {}, options: {}, subtask_type: null, immutable: false };

describe("a signature in Celery's JSON", () => {
  it("may leave out all but the task", () => {
    expect(readSignature({ task: "tasks.add" })).toMatchObject({ canvas: { kind: "task", task: "tasks.add", args: [], immutable: false } });
  });

  it("is refused with the path of every fault", () => {
    expect(faults([])).toEqual([expect.stringMatching(/^: expected a signature such as .*, got an array$/)]);
    expect(
      faults({
        task: "celery.chain",
        kwargs: {
          tasks: [
            { ...add, args: 3 },
            { ...add, task: "" },
            { ...add, imutable: true },
          ],
        },
        subtask_type: "chain",
        immutable: 1,
      }),
    ).toEqual([
      "immutable: expected true or false, got the number 1",
      "kwargs.tasks[0].args: expected an array, got the number 3",
      'kwargs.tasks[1].task: expected the name of a task, got the string ""',
      "kwargs.tasks[2].imutable: 'imutable' is no key of a signature; did you mean 'immutable'?",
    ]);
    expect(faults({ task: "celery.chain", kwargs: { tasks: [] }, subtask_type: "chain" })).toEqual([
      "kwargs.tasks: expected at least one step, got none",
    ]);
    expect(faults({ task: "celery.chord", kwargs: { header: [add] }, subtask_type: "chord" })).toEqual([
      expect.stringContaining("kwargs.body: expected a signature"),
    ]);
    expect(faults({ ...add, options: { link: [{ task: 3 }] } })).toEqual([
      "options.link[0].task: expected the name of a task, got the number 3",
    ]);
    expect(faults({ ...add, subtask_type: "chian" })).toEqual([
      expect.stringContaining("subtask_type: expected null or one of chain, group"),
    ]);
    expect(faults({ task: "celery.chunks", kwargs: { task: add, it: 3, n: 0 } })).toHaveLength(2);
  });

  it("that is nested too deeply is refused, not run out of stack by", () => {
    let json: unknown = add;
    for (let depth = 0; depth < 2_000; depth++) json = { task: "celery.group", kwargs: { tasks: [json] }, subtask_type: "group" };
    expect(faults(json)).toEqual([expect.stringContaining("expected at most 500 levels of nesting")]);
  });

  it("puts a group's and a chain's own arguments in front of those of its parts", () => {
    const chain = { task: "celery.chain", args: [9], kwargs: { tasks: [add, add] }, subtask_type: "chain" };
    expect(readSignature(chain)).toMatchObject({ canvas: { steps: [{ args: [9, 1] }, { args: [1] }] } });
    const group = { task: "celery.group", args: [9], kwargs: { tasks: [add, { ...add, immutable: true }] }, subtask_type: "group" };
    expect(readSignature(group)).toMatchObject({ canvas: { members: [{ args: [9, 1] }, { args: [1] }] } });
  });
});
