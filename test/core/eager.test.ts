import { describe, expect, it } from "vitest";
import type { OwnEnd } from "../../src/core/attempt-end.ts";
import { endOfThrow } from "../../src/core/attempt-end.ts";
import { nextEager, propagates } from "../../src/core/eager.ts";
import { TaskRevokedError } from "../../src/core/errors.ts";
import { Ignore, Reject, Retry } from "../../src/core/flow.ts";
import { lineageOf } from "../../src/core/lineage.ts";
import { defaultRetryPolicy } from "../../src/core/retry.ts";

function threw(error: unknown, retries = 0, policy = defaultRetryPolicy): OwnEnd {
  const end = endOfThrow(error, { task: "t", id: "i", args: [], kwargs: {}, retries }, { policy, now: 0, chance: 0.5 });
  return end.how === "replaced" ? expect.fail("nothing takes its place") : end;
}

describe("eager runs (CELERY.md 2.6, 4.3)", () => {
  it("end as the handler did", () => {
    expect(nextEager({ how: "succeeded", value: 5 })).toEqual({ state: "SUCCESS", result: 5 });
    const error = new TypeError("no");
    expect(nextEager(threw(error))).toEqual({ state: "FAILURE", result: error });
    expect(nextEager(threw(new Ignore()))).toEqual({ state: "SUCCESS", result: null });
    expect(nextEager(threw(new Reject("no", true)))).toMatchObject({ state: "FAILURE" });
    expect(nextEager(threw(new TaskRevokedError("revoked")))).toMatchObject({ state: "REVOKED" });
  });

  it("go on at once with a retry, and its arguments", () => {
    const retry = new Retry({ due: 9e15 - 1e15, retries: 2, args: [1] });
    expect(nextEager(threw(retry, 1))).toEqual({ again: { retries: 2, args: [1] } });
  });

  it("come to the same end as runs by a worker: three retries, then the error", () => {
    const policy = { ...defaultRetryPolicy, autoretryFor: [TypeError], retryBackoff: true };
    const error = new TypeError("no");
    let attempts = 1;
    let next = nextEager(threw(error, 0, policy));
    while ("again" in next) {
      attempts++;
      next = nextEager(threw(error, next.again.retries, policy));
    }
    expect(attempts).toBe(4);
    expect(next).toEqual({ state: "FAILURE", result: error });
  });

  it("throw their failure where that is asked", () => {
    const failed = nextEager(threw(new TypeError("no")));
    expect([propagates(failed, undefined, false), propagates(failed, undefined, true)]).toEqual([false, true]);
    expect([propagates(failed, true, false), propagates(failed, false, true)]).toEqual([true, false]);
    expect(propagates(nextEager({ how: "succeeded", value: 1 }), true, true)).toBe(false);
    expect(propagates(nextEager(threw(new Reject())), true, true)).toBe(false);
  });
});

describe("lineage (CELERY.md 3, 5.8 H25)", () => {
  it("has the call itself as root at the top, and the top as root below", () => {
    const top = lineageOf("top", undefined);
    const child = lineageOf("child", { id: "top", rootId: top.rootId });
    const grandchild = lineageOf("grandchild", { id: "child", rootId: child.rootId });
    expect([top, child, grandchild]).toEqual([
      { rootId: "top", parentId: null },
      { rootId: "top", parentId: "top" },
      { rootId: "top", parentId: "child" },
    ]);
  });

  it("is what the call says where it says something", () => {
    expect(lineageOf("a", { id: "p", rootId: "r" }, { rootId: "x" })).toEqual({ rootId: "x", parentId: "p" });
  });
});
