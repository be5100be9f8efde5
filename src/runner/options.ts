import { parseArgs } from "node:util";
import { didYouMean } from "../core/nearest.ts";
import type { LogLevel } from "../log.ts";
import { messageOf, RunnerError } from "./runner-error.ts";

/** What the command line asks for. */
export interface RunnerOptions {
  /** The configuration file; default `wrangler.toml` in the working directory. */
  config: string;
  /** The port on 127.0.0.1; default 8787; 0 takes a free one. */
  port: number;
  /** The folder that holds the state; default `.celeriac/state` in the working directory. */
  state: string;
  /** Celery's `--loglevel`; default `info`. */
  loglevel: LogLevel;
  /** How often a Cron Trigger fires in a minute it matches, after the tick at start; default 1. 0 and 2 are for tests of missed and doubled ticks. */
  ticksPerMinute: number;
}

/** A command line: run with these options, or print this text and end well. */
export type CommandLine = { run: RunnerOptions } | { print: "help" | "version" };

/** What `--help` prints. */
export const HELP = `Usage: npm start -- [options]

Builds the Worker that wrangler.toml describes and runs it on this machine, with its state kept in a folder.

  --config FILE           the configuration (default: wrangler.toml)
  --port N                the port on 127.0.0.1 (default: 8787; 0: any free one)
  --state DIR             where tasks, results and schedules are kept (default: .celeriac/state)
  -l, --loglevel LEVEL    debug, info, warning or error (default: info)
  --ticks-per-minute N    for tests: 0 loses every cron tick after the first, 2 doubles each (default: 1)
  -h, --help              this text
  --version               the version`;

const FLAGS = {
  config: { type: "string" },
  port: { type: "string" },
  state: { type: "string" },
  loglevel: { type: "string", short: "l" },
  "ticks-per-minute": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];
const HIGHEST_PORT = 65_535;
const MOST_TICKS = 2;

/**
 * Reads the arguments after the program's name.
 * @throws RunnerError with exit code 2 for an unknown flag (naming the nearest), a missing or a bad value.
 */
export function readOptions(argv: readonly string[]): CommandLine {
  const values = parse(argv);
  if (values.help) return { print: "help" };
  if (values.version) return { print: "version" };
  return {
    run: {
      config: values.config ?? "wrangler.toml",
      port: readWhole("--port", values.port, 8787, HIGHEST_PORT),
      state: values.state ?? ".celeriac/state",
      loglevel: readLevel(values.loglevel),
      ticksPerMinute: readWhole("--ticks-per-minute", values["ticks-per-minute"], 1, MOST_TICKS),
    },
  };
}

function parse(argv: readonly string[]) {
  refuseUnknown(argv);
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new RunnerError(`${messageOf(error)} (--help lists the options)`, 2);
  }
}

/** Before parseArgs, whose own message does not know the nearest flag. */
function refuseUnknown(argv: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...argv], options: FLAGS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(FLAGS, token.name)) continue;
    const known = Object.keys(FLAGS).map((name) => `--${name}`);
    throw new RunnerError(`unknown option '${token.rawName}'${didYouMean(token.rawName, known) || " (--help lists the options)"}`, 2);
  }
}

function readWhole(flag: string, text: string | undefined, fallback: number, highest: number): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= highest) return value;
  throw new RunnerError(`${flag} expects a whole number from 0 to ${highest}, got '${text}'`, 2);
}

/** Celery takes its levels in capitals too. */
function readLevel(text: string | undefined): LogLevel {
  if (text === undefined) return "info";
  const level = LEVELS.find((one) => one === text.toLowerCase());
  if (level !== undefined) return level;
  throw new RunnerError(`--loglevel expects ${LEVELS.join(", ")}, got '${text}'${didYouMean(text, LEVELS)}`, 2);
}
