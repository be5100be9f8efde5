import { HELP, readOptions } from "./options.ts";
import { RunnerError } from "./runner-error.ts";
import { VERSION } from "./version.ts";

/**
 * Runs the local runner with these arguments until it is told to stop (SIGINT, SIGTERM, SIGHUP; a second one ends it at once, with its
 * workerd), and answers the exit code. What it cannot do is one line on stderr. Libraries keep timers and sockets, so the caller ends the process.
 */
export async function runRunner(argv: readonly string[]): Promise<number> {
  const stopping = new AbortController();
  let workerd: number | undefined;
  const onSignal = () => {
    if (!stopping.signal.aborted) {
      stopping.abort();
      return;
    }
    if (workerd !== undefined) process.kill(workerd, "SIGKILL");
    process.exit(1);
  };
  const print = (text: string) => void process.stdout.write(text);
  // The command line, if it is the caller, has handlers of its own: from here on they would end the process too soon.
  // A terminal or pipe that is gone ends the run as its user's Ctrl-C would.
  process.stdout.removeAllListeners("error").on("error", () => stopping.abort());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.removeAllListeners(signal).on(signal, onSignal);

  try {
    const command = readOptions(argv);
    if (!("run" in command)) {
      print(`${command.print === "help" ? HELP : `celeriac ${VERSION}`}\n`);
      return 0;
    }
    // Loaded late: Miniflare takes its time, and a signal must not wait for the handlers above.
    const { run } = await import("./run.ts");
    await run(command.run, {
      print,
      signal: stopping.signal,
      onWorkerd(pid) {
        workerd = pid;
      },
    });
    return 0;
  } catch (error) {
    console.error(error instanceof RunnerError ? `error: ${error.message}` : error);
    return error instanceof RunnerError ? error.exitCode : 1;
  }
}
