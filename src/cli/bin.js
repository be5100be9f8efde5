#!/usr/bin/env node
// What `celeriac` starts: the TypeScript sources in a checkout, else what was built of them. Plain JavaScript, for the Node that has no types.
import { existsSync } from "node:fs";
import * as modules from "node:module";

// Node from 22 on keeps what it compiled, and the types that it took off: a command starts in half the time.
modules.enableCompileCache?.();

const sources = new URL("./main.ts", import.meta.url);
const built = new URL("../../dist/cli/main.js", import.meta.url);
if (existsSync(sources) && process.features.typescript) {
  await import(sources.href);
} else if (existsSync(built)) {
  await import(built.href);
} else {
  console.error(
    `error: this checkout of celeriac is run by Node 24 (npm run celeriac -- …), or by any Node from 20 once it is built (npm run build); this is Node ${process.versions.node}`,
  );
  process.exitCode = 1;
}
