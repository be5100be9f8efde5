/**
 * The gate: format and lint, types of every room, the rules of the rooms, the bundle, the tests. Everything runs, whatever
 * fails before it; exit 1 when one did. `npm run check -- --without-tests` leaves the tests out, for who has just run them.
 */
import { runCommand } from "./command.ts";

const steps: [name: string, program: string, ...options: string[]][] = [
  ["format and lint", "node_modules/.bin/biome", "check", "--config-path=scripts", "--error-on-warnings", "--max-diagnostics=100", "."],
  ["types", process.execPath, "scripts/check-types.ts"],
  ["rooms", process.execPath, "scripts/check-rooms.ts"],
  ["bundle", process.execPath, "scripts/check-bundle.ts"],
];
if (!process.argv.includes("--without-tests")) steps.push(["tests", process.execPath, "scripts/test.ts"]);

const failed: string[] = [];
for (const [name, program, ...options] of steps) {
  // The tests' counts are the last line of the whole check, so what failed before them is said before them.
  if (name === "tests" && failed.length > 0) console.error(`check: failed: ${failed.join(", ")}`);
  console.log(`check: ${name}`);
  if (!runCommand(program, options).ok) failed.push(name);
}
if (process.argv.includes("--without-tests")) console.log(failed.length > 0 ? `check: failed: ${failed.join(", ")}` : "check: all is well");
if (failed.length > 0) process.exitCode = 1;
