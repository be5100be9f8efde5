import { existsSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { V4WorkerOptions, V4WorkerOptionsShape } from "miniflare";
import type { Unstable_Config } from "wrangler";
import { messageOf, oneLine, RunnerError } from "./runner-error.ts";

/** What the runner needs of `wrangler.toml`. */
export interface WranglerConfig {
  /** The file's absolute path. */
  path: string;
  /** The Worker script's name. */
  name: string;
  /** The entry file's absolute path. */
  main: string;
  /** The expressions of `[triggers] crons`. */
  crons: string[];
  /** `[vars]`, without the secrets of `.dev.vars`. */
  vars: Record<string, unknown>;
  /** Everything as wrangler read it. */
  raw: Unstable_Config;
  /** Bindings, queues, objects, dates and flags, in Miniflare 4's shape, which wrangler still speaks. Secrets of `.dev.vars` are in. */
  bindings: V4WorkerOptionsShape;
  /** Further Workers that wrangler says must run beside it. */
  others: V4WorkerOptions[];
}

/**
 * Reads a configuration by wrangler's own reader, so that what it means here is what it means in `wrangler deploy`.
 * @throws RunnerError when the file is missing or wrong, with every fault, in one line.
 */
export async function readWranglerConfig(file: string): Promise<WranglerConfig> {
  const path = resolve(file);
  if (!existsSync(path)) throw new RunnerError(`no configuration at ${file}: start where wrangler.toml is, or name it with --config`);
  const wrangler = await importWrangler();
  try {
    const raw = wrangler.unstable_readConfig({ config: path }, { hideWarnings: true });
    const { workerOptions, externalWorkers } = wrangler.unstable_getMiniflareWorkerOptions(raw);
    return {
      path,
      name: required(file, "name", raw.name),
      main: resolve(dirname(path), required(file, "main", raw.main)),
      crons: raw.triggers.crons ?? [],
      vars: raw.vars,
      raw,
      bindings: workerOptions,
      others: externalWorkers,
    };
  } catch (error) {
    if (error instanceof RunnerError) throw error;
    throw new RunnerError(`${file}: ${faultsOf(error)}`);
  }
}

/** A path as people know it: from the working directory, unless that leads far away. */
export function shownPath(path: string): string {
  const whole = resolve(path);
  const short = relative(process.cwd(), whole);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? whole : short;
}

function importWrangler(): Promise<typeof import("wrangler")> {
  // Read at import: wrangler must neither print into the runner's output nor call home.
  process.env.WRANGLER_LOG ??= "none";
  process.env.WRANGLER_SEND_METRICS ??= "false";
  process.env.WRANGLER_HIDE_BANNER ??= "true";
  return import("wrangler");
}

function required(file: string, key: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new RunnerError(`${file}: "${key}" is missing`);
}

/** Wrangler's message without its heading; with the line, where the TOML itself is broken. */
function faultsOf(error: unknown): string {
  const message = oneLine(messageOf(error).replace(/^Processing .* configuration:\s*/, ""));
  const place: unknown = typeof error === "object" && error !== null && "location" in error ? error.location : undefined;
  if (typeof place !== "object" || place === null || !("line" in place) || !("column" in place)) return message;
  return `line ${place.line}, column ${place.column}: ${message}`;
}
