import { describe, expect, it } from "vitest";
import { problemOf } from "../../src/client/problem.ts";
import { argumentFields } from "../../src/dashboard/pages/submit/argument-fields.ts";
import { callOptions } from "../../src/dashboard/pages/submit/call-options.ts";
import { filledCall } from "../../src/dashboard/pages/submit/filled-call.ts";
import { fieldFaults } from "../../src/dashboard/parts/field-faults.ts";

const plain = (name: string, required = true) => ({ name, required, rest: false });
const rest = { name: "more", required: false, rest: true };

describe("the form of a task", () => {
  it("has a field for each parameter, of the kind that the schema tells", () => {
    const args = { prefixItems: [{ type: "string" }, { type: "integer" }, { type: "boolean" }, { enum: ["a", "b"] }, { type: "array" }] };
    const fields = argumentFields({ parameters: ["s", "n", "t", "c", "j", "x"].map((name) => plain(name)), schema: { args } });
    expect(fields?.map(({ kind }) => kind)).toEqual(["text", "number", "truth", "choice", "json", "any"]);
    expect(fields?.map(({ path }) => path).slice(0, 2)).toEqual(["args[0]", "args[1]"]);
  });

  it("gives parameters by name where the schema is one of keyword arguments", () => {
    const kwargs = { properties: { to: { type: "string" }, at: {} }, required: ["to"] };
    const fields = argumentFields({ parameters: [plain("to"), plain("at")], schema: { kwargs } }) ?? [];
    expect(filledCall(fields, { "kwargs.to": "me" })).toEqual({ args: [], kwargs: { to: "me" } });
  });

  it("is JSON where nothing is known of its arguments", () => {
    expect(argumentFields({ parameters: null, schema: null })).toBeUndefined();
    expect(argumentFields({ parameters: [], schema: null })).toEqual([]);
  });
});

describe("a form that is filled in", () => {
  const fields = argumentFields({ parameters: [plain("a"), plain("b", false), plain("c", false), rest], schema: null }) ?? [];

  it("gives JSON as its value, other text as text, and further arguments", () => {
    const texts = { "args[0]": "12", "args[1]": "twelve", "args[2]": '{"x": 1}', args: "[4, 5]" };
    expect(filledCall(fields, texts)).toEqual({ args: [12, "twelve", { x: 1 }, 4, 5], kwargs: {} });
  });

  it("leaves out what is empty at the end, and only there", () => {
    expect(filledCall(fields, { "args[0]": "1" })).toEqual({ args: [1], kwargs: {} });
    const gap = filledCall(fields, { "args[0]": "1", "args[2]": "3" });
    expect("faults" in gap && [...gap.faults.keys()]).toEqual(["args[1]"]);
    const gapBeforeRest = filledCall(fields, { "args[0]": "1", args: "[9]" });
    expect("faults" in gapBeforeRest && [...gapBeforeRest.faults.keys()]).toEqual(["args[1]", "args[2]"]);
  });

  it("tells what is needed", () => {
    const made = filledCall(fields, {});
    expect("faults" in made && [...made.faults.keys()]).toEqual(["args[0]"]);
  });

  it("leaves empty options out, and refuses a countdown that is no number", () => {
    expect(callOptions({ queue: " mail ", countdown: "1.5", priority: "0" })).toEqual({
      options: { queue: "mail", countdown: 1.5, priority: 0 },
    });
    expect(callOptions({ queue: "", countdown: "", priority: "" })).toEqual({ options: {} });
    expect(callOptions({ queue: "", countdown: "soon", priority: "" })).toHaveProperty("faults");
  });
});

it("a refusal is told at the fields that it is about, what belongs to none by itself", () => {
  const errors = [
    { path: "args[1].x", message: "no number" },
    { path: "args[0]", message: "too small" },
    { path: "queue", message: "unknown" },
    { path: "", message: "as a whole" },
  ];
  const problem = problemOf(422, JSON.stringify({ type: "urn:celeriac:problem:bad-arguments", detail: "", errors }));
  const faults = fieldFaults(problem, ["args[0]", "args[1]", "args", "queue"]);
  expect([...faults]).toEqual([
    ["args[1]", "args[1].x: no number"],
    ["args[0]", "too small"],
    ["queue", "unknown"],
    ["", "as a whole"],
  ]);
});
