import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How to start a program that serves until it is ended. */
export interface ProgramStart {
  /** What messages call it. */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  /** User and group to run as, for programs that refuse to be root. */
  uid?: number;
  gid?: number;
  /** What it prints when it serves. */
  ready: RegExp;
  /** How long it may take until then, in milliseconds; default 30,000. */
  patience?: number;
  /** The signal that ends it in order; default SIGTERM. */
  signal?: NodeJS.Signals;
}

/** A program of ours, in a process group of its own. */
export interface Program {
  child: ChildProcess;
  /** What `ready` matched. */
  match: RegExpExecArray;
  /** Ends it and all of its group: in order, or after five seconds by SIGKILL. */
  stop(): Promise<void>;
}

const groups = new Set<number>();
const folders = new Set<string>();
const PATIENCE = 30_000;
const GRACE = 5_000;
/** So much of what a program prints is kept for messages. */
const KEPT_OUTPUT = 20_000;

/** Starts a program and waits until it is ready. Throws with what it printed when it ends before, or is too slow. */
export async function startProgram(start: ProgramStart): Promise<Program> {
  const { name, command, args, cwd, uid, gid, ready, patience = PATIENCE, signal = "SIGTERM" } = start;
  const env = { ...process.env, ...start.env };
  const child = spawn(command, args, { cwd, uid, gid, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  const exited = once(child, "exit");
  let output = "";
  const serving = Promise.withResolvers<RegExpExecArray>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
      const match = ready.exec(output);
      if (match !== null) serving.resolve(match);
    });
  }
  exited.then(
    ([code]) => serving.reject(new Error(`${name} ended with ${code} before it was ready:\n${output}`)),
    (error) => serving.reject(new Error(`${name} did not start: ${error}`)),
  );
  const timer = setTimeout(() => serving.reject(new Error(`${name} was not ready after ${patience} ms:\n${output}`)), patience);
  const match = await serving.promise.finally(() => clearTimeout(timer));
  return {
    child,
    match,
    async stop() {
      if (pid === undefined) return;
      const late = setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE);
      // To the leader alone: a server ends its own children in order.
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
      clearTimeout(late);
      signalGroup(pid, "SIGKILL");
      groups.delete(pid);
    },
  };
}

/** A new folder under the system's temporary one; removed by `endPrograms`. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "celeriac-bench-"));
  folders.add(folder);
  return folder;
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("expected a port, got none");
  return address.port;
}

/** Kills what was started here and still runs, and removes the folders made here. */
export function endPrograms(): void {
  for (const pid of groups) signalGroup(pid, "SIGKILL");
  groups.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  folders.clear();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

process.on("exit", endPrograms);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
