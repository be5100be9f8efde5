/** Runs tsc over every tsconfig.json of the repository (each room has the types it may know), and over what is published. Exit 1 when one does not compile. */
import { globSync } from "node:fs";
import { root, runCommand } from "./command.ts";

const nested = globSync("{src,test,scripts}/**/tsconfig.json", { cwd: root, exclude: ["**/node_modules"] }).sort();
const broken = ["tsconfig.json", ...nested, "scripts/tsconfig.build.json"].filter((path) => {
  const run = runCommand(process.execPath, ["node_modules/typescript/bin/tsc", "--pretty", "false", "--noEmit", "-p", path], {
    capture: true,
  });
  if (!run.ok) console.error(`${path}:\n${run.output}`);
  return !run.ok;
});
if (broken.length > 0) process.exitCode = 1;
