import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { SchemaInput, SchemaOutput, StandardSchema } from "../../src/core/schema.ts";
import { checkArguments, isSchema, toJsonSchema } from "../../src/core/schema.ts";

const args = z.tuple([z.string(), z.object({ x: z.number(), "a b": z.boolean().default(true) })]);
const kwargs = z.object({ until: z.coerce.date(), tags: z.array(z.string()).max(2) });

/** A schema of no library. */
function own(validate: StandardSchema["~standard"]["validate"]): StandardSchema {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

describe("a task's schemas", () => {
  it("make of the arguments what the handler is given", () => {
    const checked = checkArguments({ args, kwargs }, ["n", { x: 1 }], { until: "2026-12-24", tags: [] });
    expect(checked).toEqual({ ok: true, args: ["n", { x: 1, "a b": true }], kwargs: { until: new Date("2026-12-24"), tags: [] } });
  });

  it("tell everything that is wrong, with where it is", () => {
    const checked = checkArguments({ args, kwargs }, [1, { x: "1", "a b": 3 }], { until: "soon", tags: ["a", 5] });
    expect(checked).toMatchObject({ ok: false });
    const faults = "faults" in checked ? checked.faults : [];
    expect(faults.map((fault) => fault.path)).toEqual(["args[0]", "args[1].x", 'args[1]["a b"]', "kwargs.until", "kwargs.tags[1]"]);
    expect(faults[1]?.message).toContain("expected number, received string");
  });

  it("leave alone what has none", () => {
    expect(checkArguments({}, [1], { a: 2 })).toEqual({ ok: true, args: [1], kwargs: { a: 2 } });
    expect(checkArguments({ kwargs: z.object({}) }, [1], {})).toEqual({ ok: true, args: [1], kwargs: {} });
  });

  it("answer a promise only when a schema does", async () => {
    const slow = z.tuple([z.string().refine(async (text) => text === "right", "is not right")]);
    const later = own((value) => Promise.resolve({ value }));
    expect(checkArguments({ args: later }, [1], {})).toBeInstanceOf(Promise);
    expect(await checkArguments({ args: slow, kwargs: z.object({}) }, ["wrong"], {})).toEqual({
      ok: false,
      faults: [{ path: "args[0]", message: "is not right" }],
    });
  });

  it("may name keys in both forms of the standard", () => {
    const schema = own(() => ({ issues: [{ message: "no", path: [{ key: 1 }, "x", Symbol("s")] }, { message: "all of it" }] }));
    const checked = checkArguments({ args: schema }, [], {});
    expect(checked).toMatchObject({ faults: [{ path: 'args[1].x["Symbol(s)"]' }, { path: "args", message: "all of it" }] });
  });

  it("are refused when they make something that no handler can be called with", () => {
    const text = own(() => ({ value: "text" }));
    expect(checkArguments({ args: text, kwargs: text }, [], {})).toMatchObject({
      faults: [{ path: "args", message: expect.stringContaining("an array") }],
    });
    expect(checkArguments({ kwargs: text }, [], {})).toMatchObject({ faults: [{ path: "kwargs" }] });
  });

  it("tell twenty faults at most", () => {
    const many = own(() => ({ issues: Array.from({ length: 100 }, () => ({ message: "no" })) }));
    expect(checkArguments({ args: many }, [], {})).toHaveProperty("faults.length", 20);
  });

  it("are told from other values", () => {
    expect([args, own((value) => ({ value }))].every(isSchema)).toBe(true);
    const callable = Object.assign(() => 0, { "~standard": args["~standard"] });
    expect(isSchema(callable)).toBe(true);
    for (const value of [null, {}, () => 0, { "~standard": null }, { "~standard": { version: 2, validate: () => 0 } }])
      expect(isSchema(value)).toBe(false);
  });

  it("are shown as JSON Schema where their library can", () => {
    expect(toJsonSchema(args)).toMatchObject({ type: "array", prefixItems: [{ type: "string" }, { type: "object" }] });
    expect(toJsonSchema(own((value) => ({ value })))).toBeNull();
    expect(toJsonSchema(z.object({ big: z.bigint() }))).toBeNull();
  });

  it("tell the types of what they take and make", () => {
    const input: SchemaInput<typeof kwargs>["tags"] = ["a"];
    const output: SchemaOutput<typeof kwargs>["until"] = new Date(0);
    expect([input, output]).toEqual([["a"], new Date(0)]);
  });
});
