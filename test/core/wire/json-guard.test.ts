import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findProtoKeys, isTooDeep } from "../../../src/core/wire/json-guard.ts";

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

describe("findProtoKeys", () => {
  const find = (text: string, prefix?: string) => findProtoKeys(text, JSON.parse(text), prefix).map((fault) => fault.path);

  it("finds the key at any depth, however it is written", () => {
    expect(find('{"__proto__":{"a":1},"b":[{"\\u005f_proto_\\u005F":1}]}')).toEqual(["__proto__", "b[0].__proto__"]);
    expect(find('[{"odd key":{"__proto__":1}}]', "[3]")).toEqual(['[3][0]["odd key"].__proto__']);
  });

  it("lets values and other keys be", () => {
    expect(find('{"a":"__proto__","constructor":1,"prototype":2,"__proto":3}')).toEqual([]);
  });
});
