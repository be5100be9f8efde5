/** `wrangler deploy --dry-run`: the Worker script must bundle without error and without a warning. Exit 1 and wrangler's words when not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runCommand } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "celeriac-bundle-"));
const wrangler = ["node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", folder];
const run = runCommand(process.execPath, wrangler, { capture: true });
rmSync(folder, { recursive: true });

const output = stripVTControlCharacters(run.output);
if (!run.ok || /\[(WARNING|ERROR)\]/.test(output)) {
  console.error(output);
  process.exitCode = 1;
}
