import { describe, expect, it } from "vitest";
import { findRequestFaults, readRetryPolicy } from "../../src/core/read-retry.ts";
import { defaultRetryPolicy } from "../../src/core/retry.ts";

describe("readRetryPolicy (CELERY.md 2.1)", () => {
  it("is Celery's where nothing is given, and does not mind other options", () => {
    expect(readRetryPolicy({ queue: "mail", maxRetries: undefined })).toEqual({ policy: defaultRetryPolicy, faults: [] });
    expect(defaultRetryPolicy).toMatchObject({
      maxRetries: 3,
      defaultRetryDelay: 180,
      retryBackoff: false,
      retryBackoffMax: 600,
      retryJitter: true,
    });
  });

  it("takes every option", () => {
    const given = {
      maxRetries: null,
      defaultRetryDelay: 0.5,
      retryBackoff: 2,
      retryBackoffMax: 60,
      retryJitter: false,
      retryKwargs: { maxRetries: 5, countdown: 2 },
      autoretryFor: [TypeError, "KeyError"],
      dontAutoretryFor: ["RangeError"],
      throws: [Error],
    };
    expect(readRetryPolicy(given)).toEqual({ policy: given, faults: [] });
  });

  it("tells every fault at once", () => {
    const { faults } = readRetryPolicy({
      maxRetries: -1,
      defaultRetryDelay: "3",
      retryBackoff: Number.NaN,
      retryBackoffMax: Number.POSITIVE_INFINITY,
      retryJitter: 1,
      autoretryFor: Error,
      retryKwargs: { max_retries: 3, countdown: -1, priority: 10 },
    });
    expect(faults.map((fault) => `${fault.path}: ${fault.message}`)).toEqual([
      "maxRetries: expected a whole number, 0 or more, or null for any number, got the number -1",
      'defaultRetryDelay: expected a number of seconds, 0 or more, got the string "3"',
      "retryBackoff: expected true, false or a number of seconds, 0 or more, got the number NaN",
      "retryBackoffMax: expected a number of seconds, 0 or more, got the number Infinity",
      "retryJitter: expected true or false, got the number 1",
      'autoretryFor: expected an array of error classes or of their names, such as [TypeError, "TimeoutError"], got a function',
      "retryKwargs.max_retries: 'max_retries' is no option of a retry; did you mean 'maxRetries'?",
      "retryKwargs.countdown: expected a number of seconds, 0 or more, got the number -1",
      "retryKwargs.priority: expected a whole number from 0 to 9 (9 first), got the number 10",
    ]);
  });
});

describe("findRequestFaults", () => {
  it("finds nothing wrong with what task.retry may be told", () => {
    expect(findRequestFaults({ exc: "anything", eta: new Date(0), args: [], kwargs: {}, maxRetries: null, queue: "q" }, "")).toEqual([]);
  });

  it.each([
    [{ eta: new Date(Number.NaN) }, "eta", "got an invalid Date"],
    [{ args: "ab" }, "args", "expected an array"],
    [{ kwargs: [] }, "kwargs", "expected an object, got an array"],
    [{ queue: "" }, "queue", "expected the name of a queue"],
    [3, "", "expected an object, got the number 3"],
  ])("refuses %j", (request, path, told) => {
    const faults = findRequestFaults(request, "");
    expect(faults).toHaveLength(1);
    expect(faults[0]?.path).toBe(path);
    expect(faults[0]?.message).toContain(told);
  });
});
