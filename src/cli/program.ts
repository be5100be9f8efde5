import { Command, CommanderError } from "commander";
import type { Clock } from "../clock.ts";
import { VERSION } from "../runner/version.ts";
import { CliError, usageError } from "./cli-error.ts";
import { COMMANDS, type CommandEntry } from "./command-table.ts";
import { addGlobalOptions, celeryHints, readGlobalFlags } from "./global-options.ts";
import { whyLeftOut } from "./left-out.ts";
import { Server } from "./server.ts";
import type { Session } from "./session.ts";
import { readSettings } from "./settings.ts";
import { Terminal, type TerminalParts } from "./terminal.ts";

/** What the command line needs of the process around it. */
export interface Host extends Pick<TerminalParts, "stdout" | "stderr" | "stdin" | "env"> {
  clock: Clock;
  /** Aborted at the first SIGINT, SIGTERM or SIGHUP. */
  signal: AbortSignal;
  chdir(folder: string): void;
}

const EXAMPLES = `
Examples:
  $ celeriac worker                            run the tasks of this folder's wrangler.toml on this machine
  $ celeriac call tasks.add --args '[2, 3]'    submit a task; prints its id
  $ celeriac result ID --wait 10               its result
  $ celeriac status --url https://celeriac.example.workers.dev

Exit codes: 0 done, 1 failed, 2 called wrongly, 69 no deployment or no worker answered, 130 interrupted.`;

/**
 * Runs one command line (without the program's name) and answers its exit code. What goes wrong is one line on stderr; with `--debug` its stack
 * too. Only the chosen command's code is loaded.
 */
export async function runProgram(argv: readonly string[], host: Host): Promise<number> {
  let debug = argv.includes("--debug");
  const terminal = new Terminal({ ...host, plain: isPlain(argv), quiet: false });
  try {
    const program = await createProgram(argv, host);
    await program.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return commanderExit(error, terminal);
    const told = error instanceof CliError ? error : undefined;
    terminal.fail(
      told === undefined ? `${error instanceof Error ? error.message : String(error)} (--debug shows the stack)` : told.message,
    );
    debug &&= error instanceof Error;
    if (debug && error instanceof Error) host.stderr.write(`${error.stack}\n${error.cause === undefined ? "" : `cause: ${error.cause}\n`}`);
    return told?.exitCode ?? 1;
  }
}

/** The tree of commands; of the commands only the chosen one knows its options, unless `whole`. */
async function createProgram(argv: readonly string[], host: Host, whole = false): Promise<Command> {
  const program = new Command("celeriac");
  program.description("Celery's command line for a Celeriac deployment.").usage("[options] COMMAND [arguments]");
  program.version(`celeriac ${VERSION}`, "--version", "print the version");
  program.helpOption("-h, --help", "print this text").addHelpText("after", EXAMPLES);
  addGlobalOptions(program);
  program.enablePositionalOptions().exitOverride().configureOutput(outputOf(host));
  const chosen = firstOperand(program, argv);
  for (const entry of COMMANDS) {
    const command = program
      .command(entry.name, { hidden: entry.hidden === true })
      .summary(entry.summary)
      .description(entry.summary);
    command.helpOption("-h, --help", "print this text").exitOverride().configureOutput(outputOf(host));
    if (whole || entry.name === chosen || (chosen === "help" && argv.includes(entry.name))) await load(entry, command, host);
  }
  program.helpCommand("help [command]", "print the help of a command");
  return program;
}

async function load(entry: CommandEntry, command: Command, host: Host): Promise<void> {
  const define = await entry.load();
  define(
    command,
    () => openSession(command, host),
    () => createProgram([], host, true),
  );
  addGlobalOptions(command);
}

function openSession(command: Command, host: Host): Session {
  const flags = readGlobalFlags(command);
  if (flags.workdir !== undefined) enter(flags.workdir, host);
  const plain = flags.color === false;
  const terminal = new Terminal({ ...host, plain, quiet: flags.quiet === true });
  const settings = readSettings(flags, host.env);
  for (const hint of celeryHints(flags)) terminal.note(hint);
  if (flags.key !== undefined || settings.key !== undefined) warnOfClearText(settings.url, terminal);
  const server = new Server(settings, host.signal);
  return { terminal, server, clock: host.clock, json: flags.json === true, plain, signal: host.signal };
}

/** A key over plain HTTP is read by all between here and there. */
function warnOfClearText(url: string, terminal: Terminal): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname) || hostname.endsWith(".localhost")) return;
  terminal.note(`warning: the key goes to ${hostname} unencrypted; use https`);
}

function enter(folder: string, host: Host): void {
  try {
    host.chdir(folder);
  } catch {
    throw usageError(`--workdir expects a folder, got '${folder}'`);
  }
}

/** The command's name: the first word that is no option, nor an option's value. */
function firstOperand(program: Command, argv: readonly string[]): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--" || !word.startsWith("-")) return word === "--" ? argv[at + 1] : word;
    const option = program.options.find(({ short, long }) => word === short || word === long);
    if (option?.required === true) at++;
  }
  return undefined;
}

function isPlain(argv: readonly string[]): boolean {
  return argv.includes("--no-color") || argv.includes("-C");
}

function outputOf(host: Host) {
  const hasColors = () => false;
  const columns = () => host.stdout.columns || 100;
  return {
    writeOut: (text: string) => void host.stdout.write(text),
    writeErr: (text: string) => void host.stderr.write(text),
    // Told by `commanderExit`, as every other failure is.
    outputError: () => undefined,
    getOutHelpWidth: columns,
    getErrHelpWidth: columns,
    getOutHasColors: hasColors,
    getErrHasColors: hasColors,
  };
}

/** Commander ends by throwing: after help and the version well, else because of wrong usage. */
function commanderExit(error: CommanderError, terminal: Terminal): number {
  if (error.exitCode === 0 || error.code === "commander.helpDisplayed") return 0;
  if (error.code === "commander.help") return 2;
  const message = error.message.replace(/^error: /, "").replace(/\n\(Did you mean (.+)\?\)$/, "; did you mean '$1'?");
  const why = whyLeftOut(message);
  if (why !== undefined) {
    terminal.fail(why);
    return 2;
  }
  terminal.fail(/did you mean/.test(message) ? message : `${message} (--help lists what there is)`);
  return 2;
}
