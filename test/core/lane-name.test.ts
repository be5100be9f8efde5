import { describe, expect, it } from "vitest";
import { laneName, queueOf, readLane } from "../../src/core/lane-name.ts";

describe("a lane's name", () => {
  it("is the queue's where there is no limit", () => {
    expect(laneName("celery", undefined)).toBe("celery");
    expect(readLane("celery")).toEqual({ queue: "celery" });
  });

  it.each([
    [
      { name: "tasks.add", perSecond: 5 },
      { queue: "celery", limit: "tasks.add" },
    ],
    [
      { name: "tasks.add", concurrency: { key: "", most: 1 } },
      { queue: "celery", limit: "tasks.add", key: "" },
    ],
    [
      { name: "t", concurrency: { key: "any\u001ftext\n", most: 1 } },
      { queue: "celery", limit: "t", key: "any\u001ftext\n" },
    ],
  ])("tells queue, limit and key of %j", (limits, parts) => {
    const name = laneName("celery", limits);
    expect([readLane(name), queueOf(name)]).toEqual([parts, "celery"]);
  });
});
