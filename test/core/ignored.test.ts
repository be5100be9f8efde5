import { describe, expect, it } from "vitest";
import { endOfIgnored } from "../../src/core/ignored.ts";

const ERROR = '{"exc_type":"KeyError","exc_message":["k"],"exc_module":"builtins"}';

describe("how an ignored task ends", () => {
  it.each([
    ["nothing was written", undefined, { state: "SUCCESS", result: "null" }],
    ["a final state stands", { state: "SUCCESS", result: "5" }, { state: "SUCCESS", result: "5" }],
    ["so does its error", { state: "FAILURE", result: ERROR }, { state: "FAILURE", result: ERROR }],
    ["any other state is a success with its meta", { state: "PROGRESS", result: "[3,9]" }, { state: "SUCCESS", result: "[3,9]" }],
    [
      "what is no error becomes the argument of one",
      { state: "FAILURE", result: '"no"' },
      { state: "FAILURE", result: '{"exc_type":"Ignore","exc_message":["no"],"exc_module":"celery.exceptions"}' },
    ],
    [
      "a revoked one says so",
      { state: "REVOKED", result: "null" },
      { state: "REVOKED", result: '{"exc_type":"TaskRevokedError","exc_message":[null],"exc_module":"celery.exceptions"}' },
    ],
  ])("%s", (_what, written, end) => {
    expect(endOfIgnored(written)).toEqual(end);
  });
});
