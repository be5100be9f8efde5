import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, resolve } from "node:path";
import { RunnerError } from "./runner-error.ts";
import { shownPath, type WranglerConfig } from "./wrangler-config.ts";

/** The most of what a failed command printed that is shown. */
const MOST_SHOWN = 2_000;

/**
 * Runs `[build] command` of the configuration, as wrangler does before it bundles: in `[build] cwd`, by a shell. `node` in it is the Node that runs this. Without such a command nothing happens.
 * @throws RunnerError when it fails, with the end of what it printed
 */
export async function runBuildCommand({ raw, path }: WranglerConfig, signal: AbortSignal): Promise<void> {
  const { command, cwd = "." } = raw.build;
  if (command === undefined) return;
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(command, { shell: true, cwd: resolve(dirname(path), cwd), env, stdio: ["ignore", "pipe", "pipe"], signal });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      printed = (printed + chunk).slice(-MOST_SHOWN);
    });
  }
  try {
    const [code]: unknown[] = await once(child, "close");
    if (code !== 0) throw new RunnerError(`${shownPath(path)}: [build] command "${command}" ended with ${code}: ${printed.trim()}`);
  } catch (error) {
    // Told to stop while it ran: so is the runner.
    if (!signal.aborted) throw error;
  }
}
