/** Checks the rules of the rooms (src/README.md): `node scripts/check-rooms.ts [repository root]`. Exit 1 and a line for each fault. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkContent } from "./rooms/content-rules.ts";
import { checkCycles } from "./rooms/cycles.ts";
import { checkImports } from "./rooms/import-rules.ts";
import { type Fault, listSources, readSource, type SourceFile } from "./rooms/source-file.ts";

/** Every fault of `root/src`, by path and line; empty when the rooms are as the table says. */
export function checkRooms(root: string): Fault[] {
  const files: SourceFile[] = [];
  const faults: Fault[] = [];
  for (const path of listSources(root, "src")) {
    try {
      files.push(readSource(root, path));
    } catch (error) {
      faults.push({ path, line: 1, message: `does not parse: ${error instanceof Error ? error.message : String(error)}` });
    }
  }
  const exists = (path: string) => existsSync(join(root, path));
  faults.push(...files.flatMap((file) => [...checkImports(file, exists), ...checkContent(file)]), ...checkCycles(files));
  return faults.sort((one, other) => one.path.localeCompare(other.path) || one.line - other.line);
}

if (import.meta.main) {
  const faults = checkRooms(process.argv[2] ?? join(import.meta.dirname, ".."));
  for (const fault of faults) console.error(`${fault.path}:${fault.line}: ${fault.message}`);
  if (faults.length > 0) process.exitCode = 1;
}
