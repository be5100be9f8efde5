import { describe, expect, it } from "vitest";
import { annotationsOf, findStrayAnnotations, readAnnotations } from "../../src/core/annotations.ts";

describe("task_annotations", () => {
  const read = (value: unknown) => readAnnotations(value, "task_annotations");

  it("say something of one task, or of all; of one it wins", () => {
    const { annotations, faults } = read({ "tasks.add": { rate_limit: "10/s" }, "*": { rate_limit: "99/s", soft_time_limit: 7 } });
    expect(faults).toEqual([]);
    expect(annotationsOf("tasks.add", annotations)).toEqual({ rateLimit: "10/s", softTimeLimit: 7 });
    expect(annotationsOf("tasks.sub", annotations)).toEqual({ rateLimit: "99/s", softTimeLimit: 7 });
  });

  it("may be a list, of which the first that names the task counts", () => {
    const { annotations } = read([{ a: { priority: 1 } }, { a: { priority: 2 }, b: { queue: "mail" } }]);
    expect(annotationsOf("a", annotations)).toEqual({ priority: 1 });
    expect(annotationsOf("b", annotations)).toEqual({ queue: "mail" });
    expect(annotationsOf("toString", annotations)).toEqual({});
  });

  it("are remarked on when no task has their name", () => {
    const { annotations } = read({ "*": { priority: 1 }, "tasks.add": { priority: 2 }, "tasks.ad": { priority: 3 } });
    expect(findStrayAnnotations(annotations, ["tasks.add"])).toEqual([
      "task_annotations: no task is registered under the name 'tasks.ad'; did you mean 'tasks.add'?",
    ]);
  });

  it("may be none", () => {
    for (const nothing of [undefined, null, {}, []]) expect(read(nothing)).toEqual({ annotations: [], faults: [] });
  });

  it("tell every fault", () => {
    const { faults } = read([{ "tasks.add": { rate_limt: 1, "@on_failure": 2 }, b: 3 }, "my.module"]);
    expect(faults.map((fault) => `${fault.path}: ${fault.message}`)).toEqual([
      "task_annotations[0][\"tasks.add\"].rate_limt: 'rate_limt' is no option that can be annotated; did you mean 'rate_limit'?",
      'task_annotations[0]["tasks.add"]["@on_failure"]: handlers cannot be wrapped from the configuration: give them in code, where the task is registered',
      "task_annotations[0].b: expected a table of task options, got the number 3",
      'task_annotations[1]: expected a table such as { "tasks.add" = { rate_limit = "10/s" } }, got the string "my.module"',
    ]);
  });
});
