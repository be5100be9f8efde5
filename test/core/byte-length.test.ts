import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLength, exceeds } from "../../src/core/byte-length.ts";

describe("byteLength", () => {
  it("is what an encoder writes, for any text, lone surrogates too", () => {
    const text = fc
      .array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\ud83d", "\ude00", "😀", "é", "€", "\0")))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (any) => {
        expect(byteLength(any)).toBe(new TextEncoder().encode(any).length);
      }),
    );
  });
});

describe("exceeds", () => {
  it("tells a text of more bytes than the limit from one of as many, whatever its letters", () => {
    for (const letter of ["x", "é", "€", "😀"]) {
      const text = letter.repeat(10);
      const bytes = new TextEncoder().encode(text).length;
      expect([exceeds(text, bytes - 1), exceeds(text, bytes), exceeds(text, bytes * 3)]).toEqual([true, false, false]);
    }
  });
});
