import { describe, expect, it } from "vitest";
import type { TaskRecord } from "../../../src/core/result.ts";
import { NOW, OPEN, recordOf } from "../setup.ts";
import { asking } from "./ask.ts";

const record = (id: string, name: string, changes: Partial<TaskRecord> = {}) =>
  recordOf({ id, line: JSON.stringify({ task: name }), ...changes });
const FOUR = [record("123", "task1"), record("456", "task2"), record("789", "task3"), record("666", "task4")];

/** Flower's API over a list of records; remembers how many were asked for. */
function listing(records: TaskRecord[], more = false) {
  const asked: number[] = [];
  const newest = async (_env: unknown, most: number) => {
    asked.push(most);
    return { records, more };
  };
  return { ...asking(OPEN, { newest }), asked };
}

/** The names of a list, in the order of its text. */
async function names(query: string): Promise<string[]> {
  const { text } = await listing(FOUR).get(`/api/tasks${query}`);
  return [...text.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name ?? "");
}

describe("/api/tasks (FLOWER.md 5.2)", () => {
  it("T15 lists tasks in order, with limit, offset and search", async () => {
    expect(await names("?limit=4&offset=0&sort_by=name")).toEqual(["task1", "task2", "task3", "task4"]);
    expect(await names("?limit=4&offset=1&sort_by=name")).toEqual(["task2", "task3", "task4"]);
    expect(await names("?limit=4&offset=-1&sort_by=name")).toEqual(["task1", "task2", "task3", "task4"]);
    expect(await names("?limit=2&offset=1&sort_by=name")).toEqual(["task2", "task3"]);
    expect(await names("?sort_by=-name&limit=1")).toEqual(["task4"]);
    expect(await names("?search=task")).toHaveLength(4);
    expect(await names("?search=task1")).toEqual(["task1"]);
    expect(await names("?limit=0")).toEqual([]);
  });

  it("T16 tells what is wrong with a search as JSON", async () => {
    const answer = await listing(FOUR).get("/api/tasks?search=ab");
    expect([answer.status, answer.json]).toEqual([
      400,
      { error: "Substring search terms must contain at least 3 characters at position 0." },
    ]);
  });

  it("filters; `All` is no filter, and what there is not is nothing", async () => {
    expect(await names("?taskname=All&workername=All&state=All")).toHaveLength(4);
    expect(await names("?taskname=task2&state=success")).toEqual(["task2"]);
    expect(await names("?state=NOPE")).toEqual([]);
    const minute = new Date(NOW).toISOString().slice(0, 16).replace("T", " ");
    expect(await names(`?received_start=${minute}&received_end=${minute}`)).toHaveLength(4);
    expect(await names("?received_start=2030-01-01 00:00")).toEqual([]);
  });

  it("looks at a bounded number of tasks, and says so where there are more", async () => {
    const { get, asked } = listing(FOUR, true);
    const { headers, status } = await get("/api/tasks");
    expect([status, asked, headers.get("x-total-count"), headers.get("x-truncated")]).toEqual([200, [10_000], "4", "true"]);
    expect((await listing([]).get("/api/tasks")).json).toEqual({});
  });

  it.each(["limit=abc", "offset=x", "sort_by=runtime", "received_start=today", "received_end=2026-11-22T14:00"])(
    "answers 400 where Flower answers 500: %s",
    async (query) => {
      const answer = await listing(FOUR).get(`/api/tasks?${query}`);
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("Invalid argument")]);
    },
  );
});
