/** The local runner, `npm start`: builds the Worker that `wrangler.toml` describes and runs it on this machine. See `--help`. */
import manifest from "../../package.json" with { type: "json" };
import { HELP, readOptions } from "./options.ts";
import { RunnerError } from "./runner-error.ts";

const stopping = new AbortController();
let workerd: number | undefined;

/** The first signal ends the run in order; a second one at once. */
function onSignal(): void {
  if (!stopping.signal.aborted) {
    stopping.abort();
    return;
  }
  if (workerd !== undefined) process.kill(workerd, "SIGKILL");
  process.exit(1);
}

function print(text: string): void {
  process.stdout.write(text);
}

/** A terminal or pipe that is gone ends the run as its user's Ctrl-C would. */
process.stdout.on("error", () => stopping.abort());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);

let exitCode = 0;
try {
  const command = readOptions(process.argv.slice(2));
  if ("run" in command) {
    // Loaded late: Miniflare takes its time, and a signal must not wait for the handlers above.
    const { run } = await import("./run.ts");
    await run(command.run, {
      print,
      signal: stopping.signal,
      onWorkerd(pid) {
        workerd = pid;
      },
    });
  } else {
    print(`${command.print === "help" ? HELP : `celeriac ${manifest.version}`}\n`);
  }
} catch (error) {
  exitCode = error instanceof RunnerError ? error.exitCode : 1;
  console.error(error instanceof RunnerError ? `error: ${error.message}` : error);
}
// Libraries keep timers and sockets; nothing of them is wanted any more.
process.exit(exitCode);
