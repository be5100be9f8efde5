import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Define } from "../define.ts";

/** Celery's flags of `worker` that mean something else here: they are taken, and answered with what does it. */
const CELERYS: readonly [flags: string, instead: string][] = [
  ["-n, --hostname <name>", "the deployment's name is `name` in wrangler.toml"],
  ["-c, --concurrency <number>", "set worker_concurrency in [vars.celeryconfig]"],
  ["-P, --pool <name>", "tasks run in Workers, there is no pool"],
  ["-Q, --queues <names>", "all queues of task_queues are consumed; `celeriac control pause` stops one"],
  ["-X, --exclude-queues <names>", "`celeriac control pause` stops a queue"],
  ["-I, --include <modules>", "import the tasks in the entry file"],
  ["-O, --optimization <name>", "tasks are claimed as they can be run"],
  ["-B, --beat", "beat is part of the deployment"],
  ["-E, --task-events", "events are always on; see `celeriac events`"],
  ["-f, --logfile <file>", "redirect the output"],
  ["-s, --schedule <file>", "beat keeps its state in the deployment"],
  ["-S, --statedb <file>", "the state is in --state"],
  ["-D, --detach", "start it from your service manager"],
  ["--pidfile <file>", "start it from your service manager"],
  ["--autoscale <numbers>", "consumers scale by themselves, up to max_concurrency in wrangler.toml"],
  ["--prefetch-multiplier <number>", "set worker_prefetch_multiplier in [vars.celeryconfig]"],
  ["--time-limit <seconds>", "set task_time_limit in [vars.celeryconfig]"],
  ["--soft-time-limit <seconds>", "set task_soft_time_limit in [vars.celeryconfig]"],
  ["--max-tasks-per-child <number>", "there are no child processes"],
  ["--max-memory-per-child <kilobytes>", "there are no child processes"],
  ["--purge", "`celeriac purge` empties queues"],
  ["--without-gossip", "workers here do not talk to one another"],
  ["--without-mingle", "workers here do not talk to one another"],
  ["--without-heartbeat", "leases take the place of heartbeats"],
  ["--heartbeat-interval <seconds>", "leases take the place of heartbeats"],
];

const OWN = ["config", "port", "state", "loglevel", "ticksPerMinute"] as const;

/** `celeriac worker`: the local runner (src/runner), with its options. */
export const defineWorker: Define = (command, open) => {
  command
    .option("--config <file>", "the configuration (default: wrangler.toml)")
    .option("--port <number>", "the port on 127.0.0.1 (default: 8787; 0: any free one)")
    .option("--state <folder>", "where tasks, results and schedules are kept (default: .celeriac/state)")
    .option("-l, --loglevel <level>", "debug, info, warning or error (default: info)")
    .option("--ticks-per-minute <number>", "for tests: 0 loses every cron tick after the first, 2 doubles each (default: 1)");
  for (const [flags, instead] of CELERYS) command.addOption(new Option(flags, instead).hideHelp());
  command
    .addHelpText(
      "after",
      `
Celery's other options (-c, -Q, -B …) are accepted; each is answered with what does the same here.

Examples:
  $ celeriac worker
  $ celeriac worker -l debug --port 9000`,
    )
    .action(async (flags: Record<string, unknown>) => {
      const { terminal } = open();
      for (const option of command.options) {
        const instead = CELERYS.find(([known]) => known === option.flags)?.[1];
        if (instead !== undefined && flags[option.attributeName()] !== undefined)
          terminal.note(`hint: ${option.long} is not used here: ${instead}`);
      }
      const argv = OWN.flatMap((name) => {
        const value = flags[name];
        return typeof value === "string" ? [`--${name === "ticksPerMinute" ? "ticks-per-minute" : name}=${value}`] : [];
      });
      refuseWithout();
      // Loaded now: Miniflare and its kin take their time, and only this command needs them.
      const { runRunner } = await import("../../runner/runner-program.ts");
      process.exit(await runRunner(argv));
    });
};

/** What the runner is made of; who only asks a deployment need not have it. */
const PARTS = ["esbuild", "miniflare", "wrangler"];

/** @throws CliError that says what to install, instead of the loader's error */
function refuseWithout(): void {
  if (!isBuiltin("node:sqlite")) {
    throw new CliError(
      `worker needs Node 22.13 or newer, and this is ${process.versions.node}: npm install --save-dev node@24, and start it with npm or npx`,
    );
  }
  const missing = PARTS.filter((part) => !isInstalled(part));
  if (missing.length === 0) return;
  const { devDependencies = {} } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8")) as {
    devDependencies?: Record<string, string>;
  };
  const wanted = missing.map((part) => `${part}@${devDependencies[part] ?? "latest"}`).join(" ");
  throw new CliError(`worker runs the Workers runtime, which is not installed here: npm install --save-dev ${wanted}`);
}

function isInstalled(part: string): boolean {
  try {
    import.meta.resolve(part);
    return true;
  } catch {
    return false;
  }
}
