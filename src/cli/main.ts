/** The command line, `celeriac`: reads the arguments of this process, runs the command, ends with its exit code. */
import { systemClock } from "../clock.ts";
import { runProgram } from "./program.ts";

const leaving = new AbortController();
const INTERRUPTED = 130;

/** The first signal ends the command in order, a second one at once. */
function onSignal(): void {
  if (leaving.signal.aborted) process.exit(INTERRUPTED);
  leaving.abort();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
// Who reads from the pipe has enough (`celeriac list | head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const code = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  clock: systemClock,
  signal: leaving.signal,
  chdir: (folder) => process.chdir(folder),
});
process.exitCode = code;
// Connections that are kept alive would keep the process too; what is printed must be out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
