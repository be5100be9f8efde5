import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reshard } from "../reshard.ts";

/** How to start a runner. */
export interface RunnerStart {
  /** What starts it: `npm start`, as people do, the command line, or Node on its main file, which is the default and the only one to kill alone. */
  program?: "npm" | "celeriac" | "node";
  /** The `wrangler.toml`; default the repository's own. */
  config?: string;
  /** `broker_shards`; default what the environment's CELERIAC_TEST_SHARDS says, else what the configuration says. */
  shards?: number;
  /** The state folder; default a new one, which is removed at the end. */
  state?: string;
  /** Default 0: a free one. */
  port?: number;
  /** Further arguments, such as `["--ticks-per-minute", "0"]`. */
  args?: readonly string[];
  /** Further environment variables. */
  env?: Readonly<Record<string, string>>;
  /** How long to wait for the ready line, in milliseconds; default 30,000. */
  patience?: number;
}

/** A local runner in a process group of its own. */
export interface Runner {
  /** Where it answers, without a slash at the end. */
  url: string;
  port: number;
  state: string;
  child: ChildProcess;
  /** Milliseconds since 1970 when the ready line was read. */
  readyAt: number;
  /** All that it printed so far, on both streams. */
  output(): string;
  /** Ctrl-C: SIGINT to the group. Resolves with the exit code when it has ended. */
  stop(): Promise<number | null>;
  /** SIGKILL to the Node process alone: its workerd lives on. */
  kill9Node(): Promise<void>;
  /** SIGKILL to the whole process group. */
  kill9Group(): Promise<void>;
}

/** How a runner ended that was not meant to get ready. */
export interface RunnerExit {
  code: number | null;
  stdout: string;
  stderr: string;
}

const root = join(import.meta.dirname, "../..");
const PROGRAMS = {
  npm: ["npm", "start", "--"],
  celeriac: [process.execPath, "src/cli/main.ts", "worker"],
  node: [process.execPath, "src/runner/main.ts"],
} as const;
const groups = new Set<number>();
const folders = new Set<string>();

/** Starts `src/runner/main.ts` and waits for its ready line. Throws with all that it printed when it ends before, or is too slow. */
export async function startRunner(start: RunnerStart = {}): Promise<Runner> {
  const state = start.state ?? newFolder();
  const launched = launch(start, state);
  const { child } = launched;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const patience = start.patience ?? 30_000;
    timer = setTimeout(() => reject(new Error(`the runner was not ready after ${patience} ms:\n${launched.output()}`)), patience);
  });
  const ended = launched.ended.then((code) => {
    throw new Error(`the runner ended with ${code} before it was ready:\n${launched.output()}`);
  });
  try {
    const url = await Promise.race([launched.ready, ended, late]);
    return {
      url,
      port: Number(new URL(url).port),
      state,
      child,
      readyAt: Date.now(),
      output: launched.output,
      async stop() {
        signal(child, "SIGINT", true);
        return launched.ended;
      },
      async kill9Node() {
        signal(child, "SIGKILL", false);
        await launched.ended;
      },
      async kill9Group() {
        signal(child, "SIGKILL", true);
        await launched.ended;
      },
    };
  } catch (error) {
    signal(child, "SIGKILL", true);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a runner that is expected to end by itself, and waits for that. */
export async function runToEnd(start: RunnerStart = {}): Promise<RunnerExit> {
  const launched = launch(start, start.state ?? newFolder());
  const code = await launched.ended;
  return { code, stdout: launched.stdout(), stderr: launched.stderr() };
}

/** Kills what was started here and still runs, orphans too, and removes the folders made here. For `afterEach` and `afterAll`. */
export function endRunners(): void {
  for (const pid of groups) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Nothing of the group is left.
    }
  }
  groups.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  folders.clear();
}

process.on("exit", endRunners);

/** A new state folder, removed by `endRunners`. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "celeriac-state-"));
  folders.add(folder);
  return folder;
}

function launch(start: RunnerStart, state: string) {
  const path = resharded(start);
  const config = path === undefined ? [] : ["--config", path];
  const flags = [...config, "--state", state, "--port", String(start.port ?? 0), ...(start.args ?? [])];
  const [program, ...before] = PROGRAMS[start.program ?? "node"];
  const child = spawn(program, [...before, ...flags], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...ownEnvironment(), ...start.env },
  });
  if (child.pid !== undefined) groups.add(child.pid);
  const text = { stdout: "", stderr: "", both: "" };
  const ready = Promise.withResolvers<string>();
  let url: string | undefined;
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8");
    child[stream].on("data", (chunk: string) => {
      text[stream] += chunk;
      text.both += chunk;
      if (url !== undefined) return;
      url = /^ready on (http:\S+)\n/m.exec(text.stdout)?.[1];
      if (url !== undefined) ready.resolve(url);
    });
  }
  // `close` comes when the pipes end, which an orphaned workerd may hold open; `exit` may come before the last output.
  const exit = once(child, "exit");
  const closed = once(child, "close");
  const ended = exit.then(async ([code]: (number | null)[]) => {
    if (child.signalCode !== "SIGKILL") await closed;
    return code ?? null;
  });
  return { child, ready: ready.promise, ended, output: () => text.both, stdout: () => text.stdout, stderr: () => text.stderr };
}

/** The configuration, changed where another number of shards is asked for. */
function resharded({ config, shards = Number(process.env.CELERIAC_TEST_SHARDS ?? 0) }: RunnerStart): string | undefined {
  return shards === 0 ? config : reshard(config ?? join(root, "wrangler.toml"), shards, newFolder());
}

function signal(child: ChildProcess, name: NodeJS.Signals, group: boolean): void {
  if (child.pid === undefined || (!group && child.exitCode !== null)) return;
  try {
    process.kill(group ? -child.pid : child.pid, name);
  } catch {
    // It has ended already.
  }
}

/** Vitest's settings for its own processes are none of the runner's. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) if (VITEST_SETTING.test(name)) delete environment[name];
  return environment;
}

const VITEST_SETTING = /^(VITEST.*|NODE_OPTIONS|NODE_ENV|TEST|DEV|PROD|SSR|MODE|BASE_URL)$/;
