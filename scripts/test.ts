/**
 * Runs every test once, or what the arguments select (they go to vitest: `npm test -- --project node`). The last line is
 * `N passed, N failed`. Exit 1 when a test failed or something went wrong around them.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { countTests } from "./counts.ts";

const folder = mkdtempSync(join(tmpdir(), "celeriac-test-"));
const report = join(folder, "report.json");
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "test/vitest.config.ts"];
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const run = runCommand(process.execPath, [...vitest, ...reporters, ...process.argv.slice(2)]);
const { passed, failed } = countTests(readReport());
rmSync(folder, { recursive: true });

const wrong = run.ok ? failed : Math.max(failed, 1);
if (wrong > failed) console.error("No test failed, but vitest did: its message is above.");
if (wrong > 0) process.exitCode = 1;
console.log(`${passed} passed, ${wrong} failed`);

function readReport(): unknown {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    // Vitest stopped before its first test; its own message says why.
    return {};
  }
}
