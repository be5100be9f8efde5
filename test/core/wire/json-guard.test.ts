import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findUnsafe, isTooDeep } from "../../../src/core/wire/json-guard.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("isTooDeep", () => {
  it("agrees with the depth of the value, whatever its strings hold", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: fc.constantFrom("[", "]", "{", "}", '"', "\\", "a"), maxDepth: 8 }),
        fc.nat(8),
        (value, limit) => {
          expect(isTooDeep(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
        },
      ),
    );
  });

  it("lets 200 pass and stops 201", () => {
    expect(isTooDeep("[".repeat(200) + "]".repeat(200))).toBe(false);
    expect(isTooDeep("[".repeat(201) + "]".repeat(201))).toBe(true);
  });

  it("answers for text that is no JSON", () => {
    expect(isTooDeep('"unclosed [[[ \\', 0)).toBe(false);
    expect(isTooDeep(`${"]".repeat(300)}[`)).toBe(false);
  });
});

describe("findUnsafe", () => {
  const find = (text: string, prefix?: string) => findUnsafe(text, JSON.parse(text), prefix).map((fault) => fault.path);

  it("finds the key at any depth, however it is written", () => {
    expect(find('{"__proto__":{"a":1},"b":[{"\\u005f_proto_\\u005F":1}]}')).toEqual(["__proto__", "b[0].__proto__"]);
    expect(find('[{"odd key":{"__proto__":1}}]', "[3]")).toEqual(['[3][0]["odd key"].__proto__']);
  });

  it("lets values and other keys be", () => {
    expect(find('{"a":"__proto__","constructor":1,"prototype":2,"__proto":3}')).toEqual([]);
  });

  it("finds numbers that a double cannot hold, and leaves large ones that it can", () => {
    const text = '{"args":[1e999,{"a":-1e400},1e300,"1e999"]}';
    expect(findUnsafe(text, JSON.parse(text)).map(({ path }) => path)).toEqual(["args[0]", "args[1].a"]);
    const digits = `[${"9".repeat(400)}]`;
    expect(findUnsafe(digits, JSON.parse(digits)).map(({ path }) => path)).toEqual(["[0]"]);
  });
});
