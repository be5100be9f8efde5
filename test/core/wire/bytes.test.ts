import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, fromUtf8, toBase64, toUtf8 } from "../../../src/core/wire/bytes.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

describe("Base64", () => {
  it("is what the platform writes, and reads back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromBase64(text)).toEqual(bytes);
      }),
    );
  });

  it.each(["A", "AA", "AAA", "AA=A", "A===", "AAAA=", "AA A", "AA-_", "====", "ÿÿÿÿ"])("does not read %j", (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});

describe("UTF-8", () => {
  it("is what the platform writes, halves of pairs replaced", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\ud800", "\udc00", "\0", "\ufeff") }), (text) => {
        expect(toUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  it("reads what the platform reads, and refuses what it refuses", () => {
    const parts = fc.constantFrom(
      0x00,
      0x61,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xbb,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (list) => {
        const bytes = Uint8Array.from(list);
        expect(fromUtf8(bytes)).toBe(decode(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads long text", () => {
    const text = "a😀€".repeat(40_000);
    expect(fromUtf8(toUtf8(text)) === text).toBe(true);
  });
});
