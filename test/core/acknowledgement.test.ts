import { describe, expect, it } from "vitest";
import type { BadEnd } from "../../src/core/acknowledgement.ts";
import { afterBadEnd, defaultAckPolicy } from "../../src/core/acknowledgement.ts";

const ends: BadEnd[] = ["failure", "timeout", "lease_lost", "reject", "reject_requeue"];

describe("acknowledgement (CELERY.md 2.5)", () => {
  it.each([
    ["by default", {}, ["fail", "fail", "again", "fail_rejected", "again"]],
    ["at most once", { acksLate: false }, ["fail", "fail", "fail", "fail_rejected", "fail_rejected"]],
    [
      "at most once, whatever else is said",
      { acksLate: false, acksOnTimeout: false, acksOnFailure: false },
      ["fail", "fail", "fail", "fail_rejected", "fail_rejected"],
    ],
    ["acks_on_failure false", { acksOnFailure: false }, ["fail_rejected", "fail", "again", "fail_rejected", "again"]],
    ["acks_on_timeout false", { acksOnTimeout: false }, ["fail", "again", "again", "fail_rejected", "again"]],
    ["reject_on_worker_lost false", { rejectOnWorkerLost: false }, ["fail", "fail", "fail", "fail_rejected", "again"]],
  ])("%s", (_, changes, expected) => {
    expect(ends.map((end) => afterBadEnd(end, { ...defaultAckPolicy, ...changes }))).toEqual(expected);
  });
});
