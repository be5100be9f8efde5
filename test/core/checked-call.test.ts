import { describe, expect, it } from "vitest";
import { z } from "zod";
import { composeChecked } from "../../src/core/checked-call.ts";
import type { CallInput } from "../../src/core/compose.ts";
import { defaultConfig } from "../../src/core/config.ts";
import type { RefusedCall } from "../../src/core/errors.ts";
import { readParameters } from "../../src/core/parameters.ts";
import type { StandardSchema } from "../../src/core/schema.ts";
import type { TaskDefinition } from "../../src/core/task-definition.ts";

const pair = z.tuple([z.number(), z.object({ x: z.number() }).optional()]);
const taskOf = (args: StandardSchema, changes: Partial<TaskDefinition> = {}): TaskDefinition => ({
  name: "t",
  parameters: readParameters(["first", "second?"], 1, "t"),
  schemas: { args },
  ...changes,
});
const compose = async (task: TaskDefinition, call: CallInput) => JSON.parse((await composeChecked(task, call, setting)).line);
const setting = { config: defaultConfig, now: 0, json: true };
const faultsOf = async (task: TaskDefinition, call: CallInput) => {
  const refusal = await compose(task, call).then(
    () => undefined,
    (error: RefusedCall) => error,
  );
  return refusal?.faults.map(({ path }) => path);
};

describe("a call of a task with a schema", () => {
  it("is stored as the schema makes it: defaults, conversions and all", async () => {
    const tolerant = z.tuple([z.coerce.number(), z.object({ x: z.number().default(7) }).prefault({})]);
    expect(await compose(taskOf(tolerant), { args: ["2"] })).toEqual({ task: "t", args: [2, { x: 7 }] });
  });

  it("is checked for what JSON cannot hold after that, not before", async () => {
    const broken = z.tuple([z.string().transform(() => () => 1)]);
    expect(await faultsOf(taskOf(broken), { args: ["2"] })).toEqual(["args[0]"]);
  });

  it("is refused with every fault of arguments and options, by their paths", async () => {
    expect(await faultsOf(taskOf(pair), { args: ["2", { x: "3" }], options: { priority: 10, queue: "none" } })).toEqual([
      "args[0]",
      "args[1].x",
      "priority",
      "queue",
    ]);
  });

  it("may give by name what the schema knows by its place", async () => {
    expect(await compose(taskOf(pair), { args: [1], kwargs: { second: { x: 2 } } })).toEqual({ task: "t", args: [1, { x: 2 }] });
    expect(await faultsOf(taskOf(pair), { kwargs: { first: 1, second: { x: "2" } } })).toEqual(["kwargs.second.x"]);
    expect(await faultsOf(taskOf(pair), { args: [1], kwargs: { frist: 2 } })).toEqual(["kwargs.frist"]);
    expect(await faultsOf(taskOf(pair), { args: [1], kwargs: { first: 2 } })).toEqual(["kwargs.first"]);
  });

  it("has keywords of its own schema checked as keywords", async () => {
    const task = taskOf(pair, { schemas: { kwargs: z.object({ second: z.object({ x: z.coerce.number() }) }) } });
    expect(await compose(task, { args: [1], kwargs: { second: { x: "2" } } })).toEqual({
      task: "t",
      args: [1],
      kwargs: { second: { x: 2 } },
    });
    expect(await faultsOf(task, { args: [1], kwargs: {} })).toEqual(["kwargs.second"]);
  });

  it("waits for a schema that answers later", async () => {
    const later = z.tuple([z.number().refine(async (value) => value > 0)]);
    const standard: StandardSchema = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => later["~standard"].validate(value) },
    };
    expect(composeChecked(taskOf(standard), { args: [1] }, setting)).toBeInstanceOf(Promise);
    expect(await faultsOf(taskOf(standard), { args: [0] })).toEqual(["args[0]"]);
    expect(await compose(taskOf(standard), { args: [1] })).toEqual({ task: "t", args: [1] });
  });

  it("is a plain call where there is no schema, or nothing that one could be asked about", () => {
    expect(composeChecked({ name: "t" }, { args: [1] }, setting)).toEqual({ line: '{"task":"t","args":[1]}', queue: "celery" });
    expect(() => composeChecked(taskOf(pair), JSON.parse('{"args": 3}'), setting)).toThrow("args: expected an array");
  });
});
