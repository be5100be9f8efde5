import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** How the command line is started. */
export interface Start {
  /** Further environment variables. */
  env?: Readonly<Record<string, string>>;
  /** What is typed, or comes by the pipe. */
  input?: string;
}

/** A command at a terminal: both streams are one there. */
export interface AtTerminal {
  code: number | null;
  /** With the line ends of a terminal made plain, and its colours as they are. */
  screen: string;
}

/** A command between pipes. */
export interface InPipe {
  code: number | null;
  stdout: string;
  stderr: string;
}

const MAIN = join(import.meta.dirname, "../../src/cli/bin.js");
const ENVIRONMENT = withoutOurs();

/** Runs `celeriac` in a pseudo-terminal (by `script`, of util-linux), to its end. */
export async function atTerminal(argv: readonly string[], start: Start = {}): Promise<AtTerminal> {
  const terminal = openTerminal(argv, start);
  if (start.input !== undefined) terminal.type(start.input);
  const code = await terminal.ended;
  return { code, screen: terminal.screen() };
}

/** The same, to type into while it runs. */
export function openTerminal(argv: readonly string[], { env }: Start = {}) {
  const command = [process.execPath, MAIN, ...argv].map(quote).join(" ");
  const child = spawn("script", ["-qefc", `stty cols 120; exec ${command}`, "/dev/null"], {
    env: { ...ENVIRONMENT, TERM: "xterm", SHELL: "/bin/sh", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const read = readAll(child);
  return {
    screen: () => read.stdout().replaceAll("\r\n", "\n"),
    type: (text: string) => child.stdin?.write(text),
    ended: endOf(child),
    kill: () => child.kill("SIGKILL"),
  };
}

/** Runs `celeriac` with pipes for its three streams, to its end. */
export async function inPipe(argv: readonly string[], { env, input = "" }: Start = {}): Promise<InPipe> {
  const child = spawn(process.execPath, [MAIN, ...argv], { env: { ...ENVIRONMENT, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  const read = readAll(child);
  child.stdin?.end(input);
  const code = await endOf(child);
  return { code, stdout: read.stdout(), stderr: read.stderr() };
}

async function endOf(child: ChildProcess): Promise<number | null> {
  const [code]: (number | null)[] = await once(child, "close");
  return code ?? null;
}

function readAll(child: ChildProcess) {
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8");
    child[stream]?.on("data", (chunk: string) => {
      text[stream] += chunk;
    });
  }
  return { stdout: () => text.stdout, stderr: () => text.stderr };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The settings of whoever runs the tests are none of theirs, nor are vitest's. */
function withoutOurs(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => !/^(CELERIAC_|VITEST|NODE_|NO_COLOR$|FORCE_COLOR$|XDG_CONFIG_HOME$)/.test(name));
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), XDG_CONFIG_HOME: "/nonexistent" };
}
