import { describe, expect, it } from "vitest";
import { errorLine, type PastAttempt, withAttempt } from "../../src/core/past-attempt.ts";

const attempt = (startedAt: number): PastAttempt => ({ state: "RETRY", worker: "celeriac@a", startedAt, endedAt: startedAt + 1 });

describe("the attempts so far", () => {
  it("are the newest twenty, oldest first", () => {
    let past: PastAttempt[] | undefined;
    for (let at = 0; at < 25; at += 1) past = withAttempt(past, attempt(at));
    expect(past?.map(({ startedAt }) => startedAt)).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
  });
});

describe("an error in a line", () => {
  it.each([
    ['{"exc_type":"Busy","exc_message":["try later"],"exc_module":""}', "Busy: try later"],
    ['{"exc_type":"Busy","exc_message":["a",1,null]}', "Busy: a, 1, null"],
    ['{"exc_type":"Busy","exc_message":"text"}', "Busy: text"],
    [`{"exc_type":"Busy","exc_message":["${"x".repeat(500)}"]}`, `Busy: ${"x".repeat(194)}`],
  ])("has its class and what it says, in 200 characters: %s", (document, line) => {
    expect(errorLine(document)).toBe(line);
  });

  it.each(["null", "5", '"text"', "[]", '{"exc_message":["x"]}', `{"exc_type":"Busy","exc_message":["${"x".repeat(20_000)}"]}`])(
    "is none for %s",
    (document) => expect(errorLine(document)).toBeUndefined(),
  );
});
