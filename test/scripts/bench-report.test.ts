import { describe, expect, it } from "vitest";
import { atLeast, atMost, judge, ratio } from "../../scripts/bench/bars.ts";
import { Figures } from "../../scripts/bench/figures.ts";
import { readOptions } from "../../scripts/bench/options.ts";
import { renderNumber, renderTable } from "../../scripts/bench/table.ts";
import { addJob, checkResult, failJob } from "../../scripts/bench/workload.ts";
import { readReport } from "../../scripts/bench/wrk.ts";

describe("a benchmark's report", () => {
  it("lines columns up, numbers to the right", () => {
    expect(
      renderTable(
        ["name", "rate"],
        [
          ["a", "5"],
          ["long one", "1,000"],
        ],
      ).split("\n"),
    ).toEqual(["name       rate", "--------  -----", "a             5", "long one  1,000"]);
  });

  it("renders numbers with three digits that count", () => {
    expect([1234567.8, 99.96, 0.01234, 0, Number.NaN].map(renderNumber)).toEqual(["1,234,568", "100", "0.0123", "0", "n/a"]);
  });

  it("gathers the runs of a figure, in the order figures first came", () => {
    const figures = new Figures();
    figures.add("bulk", [{ figure: "rate", unit: "tasks/s", value: 10 }]);
    figures.add("lone", [{ figure: "p50", unit: "ms", value: 1 }]);
    figures.add("bulk", [{ figure: "rate", unit: "tasks/s", value: 30 }]);
    expect(figures.all().map((one) => [one.case, one.median, one.runs])).toEqual([
      ["bulk", 20, 2],
      ["lone", 1, 1],
    ]);
    expect(figures.median("bulk", "none")).toBeUndefined();
  });

  it("passes what is on the bar, fails what misses it, and says when nothing was measured", () => {
    const verdicts = judge([atMost(1, "a", 1, "x"), atMost(1, "b", 1.01, "x"), atLeast(4, "c", 3.9, "x"), atLeast(4, "d", undefined, "x")]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["pass", "FAIL", "FAIL", "not measured"]);
    expect(ratio(undefined, 2)).toBeUndefined();
    expect(ratio(6, 2)).toBe(3);
  });
});

describe("what a benchmark believes", () => {
  it("takes a result only if it is the job's", () => {
    expect(() => checkResult('{"status":"SUCCESS","result":8}', addJob(7))).not.toThrow();
    expect(() => checkResult('{"status":"SUCCESS","result":9}', addJob(7))).toThrow('"args":[7,1]');
    expect(() => checkResult('{"status":"PENDING","result":null}', addJob(7))).toThrow("PENDING");
  });

  it("takes a failure only with the job's own message", () => {
    const failed = (message: string) => JSON.stringify({ status: "FAILURE", result: { exc_type: "RangeError", exc_message: [message] } });
    expect(() => checkResult(failed("number 3"), failJob(3))).not.toThrow();
    expect(() => checkResult(failed("number 4"), failJob(3))).toThrow("number 4");
    expect(() => checkResult('{"status":"SUCCESS","result":3}', failJob(3))).toThrow("SUCCESS");
  });

  it("reads wrk's rate, and refuses a run with errors", () => {
    expect(readReport("  100 requests in 1.00s\nRequests/sec:   1234.50\n")).toBe(1234.5);
    expect(() => readReport("  Non-2xx or 3xx responses: 7\nRequests/sec: 10\n")).toThrow("Non-2xx or 3xx responses: 7");
    expect(() => readReport("  Socket errors: connect 0, read 3, write 0, timeout 0\nRequests/sec: 10\n")).toThrow("read 3");
    expect(readReport("  Socket errors: connect 0, read 0, write 0, timeout 9\nRequests/sec: 10\n")).toBe(10);
    expect(() => readReport("unable to connect")).toThrow("Requests/sec");
  });
});

describe("a benchmark's options", () => {
  it("has defaults", () => {
    expect(readOptions([], 7)).toEqual({ runs: 7, only: undefined, json: false, scale: 1 });
  });

  it("refuses numbers that make no sense, naming the flag", () => {
    expect(() => readOptions(["--runs", "0"], 7)).toThrow("--runs expects a whole number from 1 to 100, got '0'");
    expect(() => readOptions(["--runs", "1.5"], 7)).toThrow("--runs");
    expect(() => readOptions(["--scale", "x"], 7)).toThrow("--scale expects a number");
    expect(() => readOptions(["--rnus", "1"], 7)).toThrow("--rnus");
  });
});
