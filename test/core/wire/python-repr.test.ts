import { describe, expect, it } from "vitest";
import { exceptionRepr, pythonRepr } from "../../../src/core/wire/python-repr.ts";

describe("Python's repr", () => {
  it.each<[unknown, string]>([
    [null, "None"],
    [true, "True"],
    [false, "False"],
    [3, "3"],
    [-0.5, "-0.5"],
    [1e-7, "1e-07"],
    [1e21, "1e+21"],
    [[], "[]"],
    [{}, "{}"],
    [[1, [2, "a"]], "[1, [2, 'a']]"],
    [{ a: 1, c: true, "d e": null }, "{'a': 1, 'c': True, 'd e': None}"],
    ["", "''"],
    ["it's", '"it\'s"'],
    ['say "hi"', "'say \"hi\"'"],
    [`it's "both"`, `'it\\'s "both"'`],
    ["back\\slash\n\t\r", "'back\\\\slash\\n\\t\\r'"],
    ["é€😀", "'é€😀'"],
    ["\u0000\u007f\u00a0\u00ad", "'\\x00\\x7f\\xa0\\xad'"],
    ["\u2028\u200b\ue000", "'\\u2028\\u200b\\ue000'"],
    ["\u{e0001}", "'\\U000e0001'"],
  ])("of %j is %s", (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });

  it("of an exception has its arguments", () => {
    expect(exceptionRepr({ exc_type: "ValueError", exc_message: ["bad", 2], exc_module: "" })).toBe("ValueError('bad', 2)");
    expect(exceptionRepr({ exc_type: "KeyError", exc_message: [] })).toBe("KeyError()");
    expect(exceptionRepr(null)).toBe("Exception()");
  });
});
