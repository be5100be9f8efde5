import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface BenchOptions {
  /** How often each timed case is run. */
  runs: number;
  /** Only cases whose name contains this; all when absent. */
  only: string | undefined;
  /** One JSON document on stdout instead of tables; progress goes to stderr in any case. */
  json: boolean;
  /** What sizes are multiplied with: `--scale 0.1` for a quick look. */
  scale: number;
}

/** What may be written after `npm run bench --`. */
export const HELP = `Options:
  --runs N      how often each timed case is run (default: DEFAULT_RUNS)
  --only NAME   only the cases whose name contains NAME
  --scale X     sizes times X, from 0.001 to 10 (default: 1)
  --json        one JSON document on stdout instead of tables
  -h, --help    this text`;

/**
 * Reads the arguments after the script's name; "help" when help is asked for.
 * @throws Error naming the flag that is unknown or whose value makes no sense
 */
export function readOptions(argv: readonly string[], defaultRuns: number): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runs: { type: "string" },
      only: { type: "string" },
      scale: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  return {
    runs: readNumber("--runs", values.runs, { fallback: defaultRuns, lowest: 1, highest: 100, whole: true }),
    only: values.only,
    json: values.json ?? false,
    scale: readNumber("--scale", values.scale, { fallback: 1, lowest: 0.001, highest: 10, whole: false }),
  };
}

/** What numbers a flag takes. */
export interface Range {
  fallback: number;
  lowest: number;
  highest: number;
  whole: boolean;
}

/** Reads a flag's number. @throws Error naming the flag when it is none, or out of range */
export function readNumber(flag: string, text: string | undefined, range: Range): number {
  if (text === undefined) return range.fallback;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= range.lowest && value <= range.highest && (!range.whole || Number.isInteger(value))) return value;
  throw new Error(`${flag} expects a ${range.whole ? "whole " : ""}number from ${range.lowest} to ${range.highest}, got '${text}'`);
}
