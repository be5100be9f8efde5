import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection, requestBytes } from "./connection.ts";
import { cpuMilliseconds } from "./cpu-time.ts";
import { type Reading, readStats } from "./meter.ts";
import { newFolder, startProgram } from "./program.ts";

const root = join(import.meta.dirname, "../..");
const STATS = requestBytes("GET", "/v1/inspect/stats");

/** The bench deployment on the local runner, its state in a new folder on disk. */
export interface Server {
  url: string;
  /** What the broker's meter says. Asking costs nothing that it counts. */
  stats(): Promise<Reading>;
  /** Waits until so many tasks have ended, or expired, since the object was started. @throws Error when that takes longer than `patience` milliseconds (default 120,000) */
  until(state: "ended" | "expired", tasks: number, patience?: number): Promise<void>;
  /** Lets so many milliseconds pass, during which the object is kept from being evicted for idleness: its counts would begin anew. */
  rest(milliseconds: number): Promise<void>;
  /** CPU time (milliseconds) that workerd has used; NaN where the system does not tell. */
  cpu(): number;
  stop(): Promise<void>;
}

/** How often the meter is read while a run is under way: small against a run, and cheap against its work. */
const POLL_MILLISECONDS = { ended: 10, expired: 250 };

/** Well below the ten seconds after which workerd evicts an idle object. */
const AWAKE_MILLISECONDS = 2_000;

/** Starts the bench deployment as `npm start` would, without cron ticks. `resultExpires` in seconds; default a day. */
export async function startServer({ resultExpires = 86_400 }: { resultExpires?: number } = {}): Promise<Server> {
  const config = writeConfig("worker.ts", { result_expires: resultExpires });
  const flags = [
    "--config",
    config,
    "--state",
    join(newFolder(), "state"),
    "--port",
    "0",
    "--loglevel",
    "warning",
    "--ticks-per-minute",
    "0",
  ];
  return serve({ name: "the local runner", args: [join(root, "src/runner/main.ts"), ...flags], signal: "SIGINT" });
}

/** Writes the bench deployment's configuration with another Worker and other settings of `celeryconfig` into a new folder; its path. */
export function writeConfig(worker: string, settings: Record<string, unknown>): string {
  const config = join(newFolder(), "wrangler.toml");
  const toml = readFileSync(join(import.meta.dirname, "deployment/wrangler.toml"), "utf8");
  const main = JSON.stringify(join(import.meta.dirname, "deployment", worker));
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  writeFileSync(config, toml.replace(/^main = .*$/m, `main = ${main}`).replace(/^result_expires = .*$/m, lines.join("\n")));
  return config;
}

/** Starts a program of Node that runs a Worker and prints `ready on <address>`. */
export async function serve({ name, args, signal }: { name: string; args: string[]; signal: NodeJS.Signals }): Promise<Server> {
  const program = await startProgram({ name, command: process.execPath, args, cwd: root, ready: /^ready on (http:\S+)\n/m, signal });
  const url = program.match[1] ?? "";
  let connection = await Connection.open(url);
  const stats = async () => {
    if (connection.closed) connection = await Connection.open(url);
    const { status, body } = await connection.send(STATS);
    if (status !== 200) throw new Error(`GET /v1/inspect/stats: expected 200, got ${status}: ${body.slice(0, 300)}`);
    return readStats(body);
  };
  return {
    url,
    stats,
    async until(state, tasks, patience = 120_000) {
      const end = performance.now() + patience;
      for (;;) {
        const { tasks: counts } = await stats();
        if (counts[state] >= tasks) return;
        if (performance.now() > end)
          throw new Error(`after ${patience} ms expected ${tasks} tasks ${state}, got ${JSON.stringify(counts)}`);
        await sleep(POLL_MILLISECONDS[state]);
      }
    },
    async rest(milliseconds) {
      const end = performance.now() + milliseconds;
      for (let left = milliseconds; left > 0; left = end - performance.now()) {
        await sleep(Math.min(left, AWAKE_MILLISECONDS));
        await stats();
      }
    },
    cpu: () => cpuMilliseconds(program.child.pid, "workerd"),
    async stop() {
      connection.close();
      await program.stop();
    },
  };
}
