import { describe, expect, it } from "vitest";
import type { Filterable } from "../../src/core/revocation.ts";
import {
  afterFlag,
  isExpired,
  isStampRevoked,
  matchesFilter,
  matchesStamps,
  revoke,
  STAMP_STANDS,
  standStamps,
} from "../../src/core/revocation.ts";

const NOW = 1_800_000_000_000;

describe("revoke", () => {
  const waiting = { leased: false, flagged: false };
  const running = { leased: true, flagged: false };

  it.each(["PENDING", "RECEIVED", "RETRY"] as const)("ends a task that waits in %s at once, with terminate or without", (state) => {
    expect(revoke({ state, ...waiting }, { terminate: false })).toEqual({ do: "end", because: "revoked" });
    expect(revoke({ state, ...waiting }, { terminate: true })).toEqual({ do: "end", because: "revoked" });
  });

  it.each(["PENDING", "STARTED", "RETRY"] as const)("ends and aborts one that runs (and shows %s) when it is to be terminated", (state) => {
    expect(revoke({ state, ...running }, { terminate: true })).toEqual({ do: "end_and_abort", because: "terminated" });
  });

  it("lets one that runs go on otherwise, and flags it once", () => {
    expect(revoke({ state: "STARTED", ...running }, { terminate: false })).toEqual({ do: "flag" });
    expect(revoke({ state: "STARTED", leased: true, flagged: true }, { terminate: false })).toEqual({ do: "nothing" });
    expect(revoke({ state: "STARTED", leased: true, flagged: true }, { terminate: true })).toMatchObject({ do: "end_and_abort" });
  });

  it.each(["SUCCESS", "FAILURE", "REVOKED"] as const)("does nothing to a task that ended as %s", (state) => {
    expect(revoke({ state, leased: true, flagged: true }, { terminate: true })).toEqual({ do: "nothing" });
  });

  it("never lets a flagged task run again, and keeps an outcome that it came to", () => {
    expect((["succeeded", "failed", "retry", "requeue", "lease_lost"] as const).map(afterFlag)).toEqual([
      "as_reported",
      "as_reported",
      "revoked",
      "revoked",
      "revoked",
    ]);
  });
});

it("a task is expired only after the instant", () => {
  expect([NOW - 1, NOW, NOW + 1].map((now) => isExpired(NOW, now))).toEqual([false, false, true]);
  expect(isExpired(null, NOW)).toBe(false);
  expect(isExpired(undefined, NOW)).toBe(false);
});

describe("a filter", () => {
  const task: Filterable = { state: "PENDING", name: "tasks.add", queue: "celery", receivedAt: NOW, stamps: { tenant: "a" } };

  it.each([
    [{}, true],
    [{ status: ["PENDING", "RETRY"] }, true],
    [{ status: ["FAILURE"] }, false],
    [{ status: [] }, false],
    [{ name: "tasks.add", queue: "celery" }, true],
    [{ name: "tasks.ad" }, false],
    [{ queue: "mail" }, false],
    [{ since: NOW, until: NOW + 1 }, true],
    [{ since: NOW + 1 }, false],
    [{ until: NOW }, false],
    [{ stamps: { tenant: ["a", "b"] } }, true],
    [{ stamps: { tenant: "b" } }, false],
  ] as const)("%j means the task: %s", (filter, expected) => {
    expect(matchesFilter(filter, task)).toBe(expected);
  });
});

describe("stamped headers (CELERY.md 5.8 H13, H14)", () => {
  it.each([
    [{ id: "x" }, { id: "x" }, true],
    [{ id: ["x", "y"] }, { id: "y" }, true],
    [{ id: "y" }, { id: ["x", "y"] }, true],
    [{ id: ["x"] }, { id: ["y"] }, false],
    [{ id: 1 }, { id: "1" }, false],
    [{ id: 1, other: 2 }, { other: 2 }, true],
    [{ id: "x" }, { other: "x" }, false],
    [{ toString: "x" }, {}, false],
    [{}, { id: "x" }, false],
  ])("%j means a task stamped %j: %s", (headers, stamps, expected) => {
    expect(matchesStamps(headers, stamps)).toBe(expected);
  });

  it("does not mean a task without stamps", () => {
    expect(matchesStamps({ id: "x" }, undefined)).toBe(false);
    expect(isStampRevoked({}, undefined, NOW)).toBe(false);
  });

  it("stand for tasks that come after, for three hours", () => {
    const standing = standStamps({}, { id: ["x", 5] }, NOW);
    expect(isStampRevoked(standing, { id: "x" }, NOW + STAMP_STANDS - 1)).toBe(true);
    expect(isStampRevoked(standing, { id: [4, 5] }, NOW)).toBe(true);
    expect(isStampRevoked(standing, { id: "y" }, NOW)).toBe(false);
    expect(isStampRevoked(standing, { id: "x" }, NOW + STAMP_STANDS)).toBe(false);
    expect(isStampRevoked(standing, { constructor: "x" }, NOW)).toBe(false);
  });

  it("stand longer when revoked again, and are dropped when they stand no more", () => {
    const first = standStamps({}, { id: "x", gone: 1 }, NOW);
    const second = standStamps(first, { id: "x" }, NOW + STAMP_STANDS);
    expect(second).toEqual({ id: { '"x"': NOW + 2 * STAMP_STANDS } });
    expect(JSON.parse(JSON.stringify(second))).toEqual(second);
  });

  it("stand at most as many as fit one row: the oldest go", () => {
    const old = standStamps({}, { id: "old" }, NOW);
    const many = standStamps(old, { id: Array.from({ length: 50_000 }, (_, index) => index) }, NOW + 1);
    expect(isStampRevoked(many, { id: "old" }, NOW + 2)).toBe(false);
    expect(isStampRevoked(many, { id: 9_999 }, NOW + 2)).toBe(true);
    expect(JSON.stringify(many).length).toBeLessThan(500_000);
  });
});
