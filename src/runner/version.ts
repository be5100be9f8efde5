import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The package's version. Read when the program runs: what is built lies as deep in the package as its sources. */
export const VERSION = readVersion();

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };
  return manifest.version;
}
