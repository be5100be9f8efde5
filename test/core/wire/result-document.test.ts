import { describe, expect, it } from "vitest";
import type { TaskRecord } from "../../../src/core/result.ts";
import { renderResult } from "../../../src/core/wire/result-document.ts";

const ID = "00000000-0000-8000-8000-000000000000";

const pending: TaskRecord = {
  id: ID,
  state: "PENDING",
  result: null,
  traceback: null,
  line: '{"task":"tasks.add","args":[2,"é\\u2028"]}',
  queue: "celery",
  retries: 0,
  worker: null,
  receivedAt: 1_700_000_000_123,
  startedAt: null,
  doneAt: null,
  eta: null,
  expires: null,
};

const document = (record: TaskRecord): Record<string, unknown> => JSON.parse(renderResult(record)) as Record<string, unknown>;

describe("renderResult", () => {
  it("has the fields of the contract, in its order", () => {
    expect(Object.entries(document(pending))).toEqual([
      ["task_id", ID],
      ["status", "PENDING"],
      ["result", null],
      ["traceback", null],
      ["children", []],
      ["date_done", null],
      ["name", "tasks.add"],
      ["args", [2, "é\u2028"]],
      ["kwargs", {}],
      ["queue", "celery"],
      ["retries", 0],
      ["worker", null],
      ["parent_id", null],
      ["root_id", ID],
      ["group_id", null],
      ["date_received", "2023-11-14T22:13:20.123Z"],
      ["date_started", null],
      ["eta", null],
    ]);
  });

  it("splices the stored result in, with times as ISO-8601 UTC", () => {
    const done: TaskRecord = {
      ...pending,
      state: "SUCCESS",
      result: '{"big":12345678901234567890}',
      worker: "w",
      startedAt: 0,
      doneAt: 1500,
      eta: 86_400_000,
    };
    expect(renderResult(done)).toContain('"result":{"big":12345678901234567890},');
    expect(document(done)).toMatchObject({
      worker: "w",
      date_started: "1970-01-01T00:00:00.000Z",
      date_done: "1970-01-01T00:00:01.500Z",
      eta: "1970-01-02T00:00:00.000Z",
    });
  });

  it("shows a failure's document and its traceback", () => {
    const result = '{"exc_type":"ValueError","exc_message":["no"],"exc_module":"builtins"}';
    expect(document({ ...pending, state: "FAILURE", result, traceback: 'at "x"\nat y' })).toMatchObject({
      status: "FAILURE",
      result: { exc_type: "ValueError", exc_message: ["no"] },
      traceback: 'at "x"\nat y',
    });
  });

  it("shows the error that a task waits to be retried for, and what it tells of itself", () => {
    const result = '{"exc_type":"KeyError","exc_message":["k"],"exc_module":"builtins"}';
    expect(document({ ...pending, state: "RETRY", result, traceback: "at k", retries: 2 })).toMatchObject({
      status: "RETRY",
      result: { exc_type: "KeyError" },
      traceback: "at k",
      retries: 2,
      date_done: null,
    });
    expect(document({ ...pending, state: 'HALF "DONE"', result: '{"done":3}' })).toMatchObject({
      status: 'HALF "DONE"',
      result: { done: 3 },
    });
  });

  it("shows a task's relatives: children as Celery's result tuples", () => {
    const line = '{"task":"tasks.add","parent_id":"p","root_id":"r","group_id":"g"}';
    expect(document({ ...pending, line, children: ["a", "b"] })).toMatchObject({
      children: [
        [["a", null], null],
        [["b", null], null],
      ],
      parent_id: "p",
      root_id: "r",
      group_id: "g",
    });
  });

  it("hides a value that was to be ignored, but not a failure", () => {
    const line = '{"task":"tasks.add","ignore_result":true}';
    expect(document({ ...pending, line, state: "SUCCESS", result: "5" }).result).toBeNull();
    expect(document({ ...pending, line, state: "FAILURE", result: "{}" }).result).toEqual({});
  });
});
