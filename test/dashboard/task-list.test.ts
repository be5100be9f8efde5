import { beforeEach, describe, expect, it } from "vitest";
import type { FeedEvent } from "../../src/dashboard/feed.ts";
import { filterOf } from "../../src/dashboard/pages/tasks/filter.ts";
import { TaskList } from "../../src/dashboard/pages/tasks/task-list.ts";

const NOW = Date.UTC(2026, 10, 23);
let stored: string[];
let asked: URLSearchParams[];

/** A deployment whose lists have few rows and a cursor, as filtered ones do. */
const client = {
  async request<Answer>({ path }: { path: string }): Promise<Answer> {
    const query = new URLSearchParams(path.slice(path.indexOf("?")));
    asked.push(query);
    const from = Number(query.get("cursor") ?? 0);
    const until = from + Math.min(20, Number(query.get("limit")));
    const results = stored
      .slice(from, until)
      .map((id) => ({ task_id: id, status: "PENDING", name: `t.${id}`, args: [`of ${id}`], kwargs: {} }));
    return { results, cursor: until < stored.length ? String(until) : null } as Answer;
  },
};

function list(query = ""): TaskList {
  return new TaskList(client, filterOf(new URLSearchParams(query)), { now: () => NOW });
}

function event(type: string, uuid: string, more: object = {}): FeedEvent {
  return { type: `task-${type}`, uuid, timestamp: NOW / 1000, retries: 0, ...more };
}

const shown = ({ rows }: TaskList) => rows.value.map(({ id, state }) => `${id} ${state}`);

beforeEach(() => {
  stored = Array.from({ length: 130 }, (_, index) => `id${index}`);
  asked = [];
});

describe("the list of tasks", () => {
  it("goes on behind each cursor until it has a page, and on demand until the end", async () => {
    const tasks = list("status=PENDING&status=RETRY&queue=mail&since=900");
    await tasks.reload();
    expect(tasks.rows.value).toHaveLength(50);
    expect(asked[0]?.getAll("status")).toEqual(["PENDING", "RETRY"]);
    expect(asked[0]?.get("since")).toBe(new Date(NOW - 900_000).toISOString());
    await tasks.more();
    await tasks.more();
    expect([tasks.rows.value.length, tasks.hasMore.value]).toEqual([130, false]);
    await tasks.more();
    expect(new Set(tasks.rows.value.map(({ id }) => id)).size).toBe(130);
  });

  it("changes what is listed in its place, and a final state never", async () => {
    stored = ["a", "b"];
    const tasks = list();
    await tasks.reload();
    tasks.take([event("started", "b"), event("failed", "b"), event("retried", "a"), event("started", "b")], false);
    expect(shown(tasks)).toEqual(["a RETRY", "b FAILURE"]);
    expect(tasks.rows.value[1]?.dateDone).toEqual(new Date(NOW));
  });

  it("counts each new task once and lets none in before it is listed again", async () => {
    stored = ["a"];
    const tasks = list();
    await tasks.reload();
    tasks.take(
      [
        event("received", "x"),
        event("started", "x"),
        event("succeeded", "x"),
        event("received", "y"),
        event("received", "z", { retries: 1 }),
      ],
      false,
    );
    expect([tasks.fresh.value, shown(tasks)]).toEqual([2, ["a PENDING"]]);
    stored = ["y", "x", "a"];
    await tasks.reload();
    expect([tasks.fresh.value, tasks.rows.value.length]).toEqual([0, 3]);
  });

  it("counts of new tasks those that the filter means", async () => {
    const tasks = list("status=FAILURE&name=pay&queue=mail");
    tasks.take(
      [event("failed", "1", { name: "pay" }), event("failed", "2", { name: "other" }), event("succeeded", "3", { name: "pay" })],
      false,
    );
    tasks.take([event("failed", "4", { name: "pay", queue: "images" })], true);
    expect([tasks.fresh.value, tasks.isStale.value]).toEqual([1, true]);
  });

  it("looks for a text in names, ids, arguments and results, and says through how many tasks", async () => {
    const tasks = list("text=OF+ID12");
    await tasks.reload();
    expect(tasks.rows.value.map(({ id }) => id)).toEqual(["id12", ...Array.from({ length: 10 }, (_, index) => `id12${index}`)]);
    expect(tasks.scanned.value).toBe(130);
  });

  it("takes no answer to an older question", async () => {
    const tasks = list();
    const slow = tasks.reload();
    stored = ["new"];
    await tasks.reload();
    await slow;
    expect(shown(tasks)).toEqual(["new PENDING"]);
  });
});
