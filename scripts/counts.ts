/** How many tests ended how. */
export interface Counts {
  passed: number;
  failed: number;
}

/**
 * Counts of vitest's JSON report. A file that failed without a failed test (it did not load, or a hook threw) counts as one failure.
 * A report that is none counts nothing.
 */
export function countTests(report: unknown): Counts {
  const files = listOf(report, "testResults");
  const tests = files.flatMap((file) => listOf(file, "assertionResults"));
  const broken = files.filter((file) => isFailed(file) && !listOf(file, "assertionResults").some(isFailed));
  const passed = tests.filter((test) => fieldOf(test, "status") === "passed").length;
  return { passed, failed: tests.filter(isFailed).length + broken.length };
}

function isFailed(value: unknown): boolean {
  return fieldOf(value, "status") === "failed";
}

function listOf(value: unknown, key: string): unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
