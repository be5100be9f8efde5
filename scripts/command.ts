import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The repository's root. */
export const root = join(import.meta.dirname, "..");

/** How a command ended. `output` is what it printed on both streams, with `capture`; else "". */
export interface Ended {
  ok: boolean;
  output: string;
}

/** Runs a program in the repository's root and waits. Its output passes through, or with `capture` is returned instead. No shell, no stdin. */
export function runCommand(program: string, options: readonly string[], settings: { capture?: boolean } = {}): Ended {
  const out = settings.capture === true ? "pipe" : "inherit";
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  const child = spawnSync(program, options, { cwd: root, env, stdio: ["ignore", out, out], encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (child.error !== undefined) throw child.error;
  return { ok: child.status === 0, output: `${child.stdout ?? ""}${child.stderr ?? ""}` };
}
