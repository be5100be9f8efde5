import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Who is killed: the runner with all its processes; its Node process alone, so that workerd lives on for a while; workerd alone. */
export type Target = "group" | "node" | "workerd";

const root = join(import.meta.dirname, "../..");
const config = join(import.meta.dirname, "deployment/wrangler.toml");
const START_PATIENCE = 60_000;
const KEPT_OUTPUT = 20_000;

/** The local runner, started and killed again and again on one state folder. */
export class Victim {
  /** Where it answers; while nothing does, where it answered last. */
  url = "http://127.0.0.1:9";
  readonly #state = mkdtempSync(join(tmpdir(), "celeriac-torment-"));
  readonly #onLine: (line: string) => void;
  readonly #groups = new Set<number>();
  readonly #onExit = () => this.end();
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #output = "";

  /** @param onLine is told each line that the runner prints */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
    process.on("exit", this.#onExit);
  }

  /** Starts the runner; `ready` resolves when it serves, or has been killed before. */
  start(): { ready: Promise<void> } {
    const flags = ["--config", config, "--state", this.#state, "--port", "0", "--ticks-per-minute", "0", "--loglevel", "warning"];
    const child = spawn(process.execPath, ["src/runner/main.ts", ...flags], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (child.pid !== undefined) this.#groups.add(child.pid);
    this.#child = child;
    this.#exited = once(child, "exit");
    const ready = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) this.#listen(stream, ready.resolve);
    child.once("exit", (code, signal) => {
      if (signal === "SIGKILL") ready.resolve();
      else ready.reject(new Error(`the runner ended with ${code}:\n${this.#output}`));
    });
    const late = setTimeout(() => ready.reject(new Error(`the runner was not ready in time:\n${this.#output}`)), START_PATIENCE);
    return { ready: ready.promise.finally(() => clearTimeout(late)) };
  }

  /** Kills it (SIGKILL). Of `workerd` alone the runner starts another, and this waits until that one answers. */
  async kill(target: Target): Promise<void> {
    if (target === "workerd" && this.#killWorkerd()) return this.#answers();
    const { pid } = this.#child ?? {};
    if (pid === undefined) return;
    signal(target === "node" ? pid : -pid);
    await this.#exited;
  }

  /** Kills whatever is left, and removes the state. */
  end(): void {
    process.off("exit", this.#onExit);
    for (const pid of this.#groups) signal(-pid);
    this.#groups.clear();
    rmSync(this.#state, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }

  #killWorkerd(): boolean {
    try {
      const owner: { workerd?: { pid: number } } = JSON.parse(readFileSync(join(this.#state, "runner.json"), "utf8"));
      if (owner.workerd === undefined) return false;
      process.kill(owner.workerd.pid, "SIGKILL");
      return true;
    } catch {
      // The runner has not got so far.
      return false;
    }
  }

  async #answers(): Promise<void> {
    for (const end = performance.now() + START_PATIENCE; performance.now() < end; await sleep(20)) {
      const answer = await fetch(`${this.url}/healthcheck`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      if (answer?.ok === true) return;
    }
    throw new Error(`workerd was killed, and no other answers:\n${this.#output}`);
  }

  #listen(stream: NodeJS.ReadableStream, ready: () => void): void {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      this.#output = (this.#output + chunk).slice(-KEPT_OUTPUT);
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const url = /^ready on (http:\S+)$/.exec(line)?.[1];
        if (url !== undefined) {
          this.url = url;
          ready();
        }
        this.#onLine(line);
      }
    });
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
