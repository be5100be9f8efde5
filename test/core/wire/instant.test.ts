import { describe, expect, it } from "vitest";
import { readInstant } from "../../../src/core/wire/instant.ts";

const iso = (text: string, timezone = "UTC") => {
  const instant = readInstant(text, timezone);
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

describe("readInstant", () => {
  it.each([
    ["2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00.000Z"],
    ["2026-12-24T18:00:00-0530", "2026-12-24T23:30:00.000Z"],
    ["2026-12-24T18:00:00+08", "2026-12-24T10:00:00.000Z"],
    ["2026-12-24T18:00:00z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24 18:00", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24", "2026-12-24T00:00:00.000Z"],
    ["2026-11-22T13:55:01.123456+00:00", "2026-11-22T13:55:01.123Z"],
    ["2026-11-22T13:55:01.5Z", "2026-11-22T13:55:01.500Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00.000Z"],
  ])("reads %s", (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each([
    "",
    "soon",
    "5",
    "2026-02-30",
    "2027-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-01T24:00",
    "2026-01-01T10:60",
    "2026-01-01T10:00:60Z",
    "2026-01-01T10:00:00+24:00",
    "2026-01-01T10:00:00+01:60",
    "2026-1-1",
    "20260101",
    "2026-01-01T10",
    "2026-01-01T10:00:00 Europe/Berlin",
    " 2026-01-01",
  ])("reads nothing in '%s'", (text) => {
    expect(readInstant(text, "UTC")).toBeUndefined();
  });

  it("reads a naive time on the wall of the zone", () => {
    expect(iso("2026-11-22T22:00:00", "Asia/Shanghai")).toBe("2026-11-22T14:00:00.000Z");
    expect(iso("2026-07-01T12:00:00", "America/New_York")).toBe("2026-07-01T16:00:00.000Z");
    expect(iso("2026-12-01T12:00:00", "America/New_York")).toBe("2026-12-01T17:00:00.000Z");
    expect(iso("2026-06-01T00:00:00", "Australia/Lord_Howe")).toBe("2026-05-31T13:30:00.000Z");
  });

  it("takes the first of two when clocks go back, and moves on when they go forward", () => {
    expect(iso("2026-11-01T01:30:00", "America/New_York")).toBe("2026-11-01T05:30:00.000Z");
    expect(iso("2026-11-01T00:59:59", "America/New_York")).toBe("2026-11-01T04:59:59.000Z");
    expect(iso("2026-11-01T02:00:00", "America/New_York")).toBe("2026-11-01T07:00:00.000Z");
    expect(iso("2026-03-08T02:30:00", "America/New_York")).toBe("2026-03-08T07:30:00.000Z");
    expect(iso("2026-03-08T03:00:00", "America/New_York")).toBe("2026-03-08T07:00:00.000Z");
    expect(iso("2026-10-25T02:30:00", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  });
});
