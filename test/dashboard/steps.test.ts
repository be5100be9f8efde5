import { describe, expect, it } from "vitest";
import { calledBy, MOST_APART, type Step, stepsOf } from "../../src/dashboard/pages/workflow/steps.ts";
import type { TreeTask } from "../../src/dashboard/pages/workflow/tree.ts";

function task(taskId: string, children: readonly string[] = [], { name = "t", group = null as string | null } = {}): TreeTask {
  return { taskId, name, status: "PENDING", groupId: group, children, dateReceived: new Date(0), dateStarted: null, dateDone: null };
}

function many(
  count: number,
  prefix: string,
  of: (index: number) => Parameters<typeof task> extends [string, ...infer R] ? R : never,
): TreeTask[] {
  return Array.from({ length: count }, (_, index) => task(`${prefix}${index}`, ...of(index)));
}

const shape = (steps: readonly Step[]) => steps.map(({ key, tasks, after }) => `${key}: ${tasks.length} > ${after.join(" ")}`.trim());

describe("the steps of a workflow", () => {
  it("are its tasks, each before those that come after it", () => {
    const steps = stepsOf([task("c"), task("a", ["b"]), task("b", ["c"])]);
    expect(steps.map(({ tasks }) => tasks[0]?.taskId)).toEqual(["a", "b", "c"]);
    expect(steps[1]).toMatchObject({ before: ["0"], after: ["2"] });
  });

  it("are apart in a group of few, and one step in a group of many", () => {
    const chord = (count: number) => [...many(count, "m", () => [["body"], { group: "g" }]), task("body")];
    expect(stepsOf(chord(MOST_APART))).toHaveLength(MOST_APART + 1);
    expect(shape(stepsOf(chord(300)))).toEqual(["0: 300 > 1", "1: 1 >"]);
  });

  it("are one for each name of a large group, and one for all when it has many names", () => {
    const named = (names: number) => many(60, "m", (index) => [[], { group: "g", name: `name-${index % names}` }]);
    expect(shape(stepsOf(named(3)))).toEqual(["0: 20 >", "1: 20 >", "2: 20 >"]);
    expect(shape(stepsOf(named(50)))).toEqual(["0: 60 >"]);
  });

  it("keep many chains side by side together, step by step", () => {
    const chains = [
      ...many(40, "first", (index) => [[`second${index}`], { name: "first" }]),
      ...many(40, "second", () => [["body"], { group: "g", name: "second" }]),
      task("body"),
    ];
    expect(shape(stepsOf(chains))).toEqual(["0: 40 > 1", "1: 40 > 2", "2: 1 >"]);
  });

  it("have one line between two groups, however many tasks they have", () => {
    const ids = Array.from({ length: 50 }, (_, index) => `b${index}`);
    const groups = [...many(50, "a", () => [ids, { group: "one" }]), ...many(50, "b", () => [[], { group: "two" }])];
    expect(shape(stepsOf(groups))).toEqual(["0: 50 > 1", "1: 50 >"]);
  });

  it("count what was called from outside of the workflow", () => {
    const [step] = stepsOf([task("a", ["b", "elsewhere", "there"]), task("b")]);
    expect(step && calledBy(step, new Set(["a", "b"]))).toBe(2);
  });
});
