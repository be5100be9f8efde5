import { describe, expect, it } from "vitest";
import { createLocator, createWorkerOutput } from "../../src/runner/worker-output.ts";

/** One place is mapped: line 1, column 1 of the bundle is line 3, column 5 of src/tasks.ts. */
const bundle = {
  code: "",
  sourceMap: JSON.stringify({ version: 3, sources: ["src/tasks.ts"], names: [], mappings: "AAEI" }),
  warnings: [],
};

describe("the Worker's output", () => {
  it("is held back until it is opened, and then keeps its order", async () => {
    let written = "";
    const output = createWorkerOutput(bundle, (text) => {
      written += text;
    });
    output.take({ timestamp: 0, level: "log", message: "one" });
    await Promise.resolve();
    expect(written).toBe("");
    output.open();
    expect(written).toBe("one\n");
    output.take({ timestamp: 0, level: "log", message: "two" });
    output.take({ timestamp: 0, level: "error", message: "three\nlines" });
    await Promise.resolve();
    expect(written).toBe("one\ntwo\nthree\nlines\n");
  });

  it("names places in the source for places in the bundle", () => {
    expect(createLocator(bundle)("  at add (index.mjs:1:1)\n  at index.mjs:1:1")).toBe(
      "  at add (src/tasks.ts:3:5)\n  at src/tasks.ts:3:5",
    );
  });

  it("leaves other text as it is", () => {
    expect(createLocator(bundle)("see index.mjs: all is well")).toBe("see index.mjs: all is well");
  });
});
