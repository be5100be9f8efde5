import { describe, expect, it } from "vitest";
import { Decimal, PlainDate, PlainTime, Uuid } from "../../src/core/plain-values.ts";

describe("plain values", () => {
  it("show their text in JSON and in templates", () => {
    const values = [new PlainDate("2026-12-24"), new PlainTime("18:00"), new Decimal("12.30")];
    expect(values.map(String)).toEqual(["2026-12-24", "18:00", "12.30"]);
    expect(JSON.stringify(values)).toBe('["2026-12-24","18:00","12.30"]');
  });

  it("have their parts", () => {
    expect(new PlainDate("2024-02-29")).toMatchObject({ year: 2024, month: 2, day: 29 });
    expect(new PlainTime("18:05:09.250000")).toMatchObject({ hour: 18, minute: 5, second: 9, microsecond: 250_000, offset: null });
    expect(new PlainTime("18:05:09.250+01:00")).toMatchObject({ microsecond: 250_000, offset: "+01:00" });
    expect(Number(new Decimal("1E+3"))).toBe(1000);
  });

  it("know a UUID in all its forms", () => {
    const uuid = new Uuid("0123456789AB4DEF8123456789ABCDEF");
    expect(uuid.text).toBe("01234567-89ab-4def-8123-456789abcdef");
    expect(new Uuid(uuid.text)).toEqual(uuid);
    expect(uuid.version).toBe(4);
    expect(new Uuid("0".repeat(32)).version).toBeNull();
  });

  it.each(["2023-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "0000-01-01", "1900-02-29", "2026-1-1", "", "2026-12-24T00:00"])(
    "refuse the date %j",
    (text) => {
      expect(() => new PlainDate(text)).toThrow(RangeError);
    },
  );

  it.each(["24:00", "18:60", "18", "18:00:60", "18:00:00.1", "18:00:00.1234567", "18:00Z"])("refuse the time %j", (text) => {
    expect(() => new PlainTime(text)).toThrow(RangeError);
  });

  it.each(["", ".", "1e", "1,5", "0x10", "1_000", "abc", " 1"])("refuse the decimal %j", (text) => {
    expect(() => new Decimal(text)).toThrow(RangeError);
  });

  it.each(["1", "-1.50", "+.5", "5.", "1e-7", "Infinity", "-Infinity", "NaN", "sNaN", "NaN123"])("take the decimal %j", (text) => {
    expect(new Decimal(text).text).toBe(text);
  });

  it("refuse a UUID that is none, with what was expected", () => {
    expect(() => new Uuid("0123")).toThrow('expected a UUID, got "0123"');
  });
});
