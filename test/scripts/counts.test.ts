import { describe, expect, it } from "vitest";
import { countTests } from "../../scripts/counts.ts";

describe("the counts of a report", () => {
  it("adds up the tests of all files, and leaves out the skipped", () => {
    const report = {
      testResults: [
        { status: "passed", assertionResults: [{ status: "passed" }, { status: "skipped" }] },
        { status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] },
      ],
    };
    expect(countTests(report)).toEqual({ passed: 2, failed: 1 });
  });

  it("counts a file that did not load as a failure", () => {
    expect(countTests({ testResults: [{ status: "failed", assertionResults: [] }] })).toEqual({ passed: 0, failed: 1 });
  });

  it("counts nothing where there is no report", () => {
    expect(countTests({})).toEqual({ passed: 0, failed: 0 });
    expect(countTests(null)).toEqual({ passed: 0, failed: 0 });
  });
});
