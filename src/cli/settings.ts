import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { didYouMean } from "../core/nearest.ts";
import { usageError } from "./cli-error.ts";

/** Where the deployment is, and what lets a command in. */
export interface Settings {
  /** Without a slash at the end; may have a path. */
  url: string;
  key: string | undefined;
  /** Seconds that a request may take, besides what it is asked to wait. */
  timeout: number;
}

/** What the flags of a command line say of the settings. */
export interface SettingFlags {
  url?: string | undefined;
  key?: string | undefined;
  timeout?: string | undefined;
  settings?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface SettingsFile {
  path: string;
  url?: string;
  key?: string;
  timeout?: number;
}

/** The local runner's. */
export const DEFAULT_URL = "http://127.0.0.1:8787";
/** Seconds. */
export const DEFAULT_TIMEOUT = 10;
const LONGEST_TIMEOUT = 3_600;
const KNOWN = ["url", "key", "timeout"];

/**
 * Reads the settings: a flag first, then the environment (CELERIAC_URL, CELERIAC_KEY, CELERIAC_TIMEOUT), then the settings file, then the default. The file is JSON with `url`,
 * `key` and `timeout`: what `--settings` or CELERIAC_SETTINGS names, else `celeriac/settings.json` in the user's configuration folder, if it is there; never one of the working directory, which
 * may be a stranger's. The file's key is for the file's url: it is not sent to another that a flag or the environment names.
 * @throws CliError with exit code 2 naming the flag, variable or file at fault; a key is never part of the message.
 */
export function readSettings(flags: SettingFlags, env: Environment): Settings {
  const file = readFile(flags.settings ?? (env.CELERIAC_SETTINGS || undefined), env);
  const asked = flags.url !== undefined ? { text: flags.url, from: "--url" } : fromEnvironment(env.CELERIAC_URL, "CELERIAC_URL");
  const filed = file?.url === undefined ? undefined : { text: file.url, from: file.path };
  const url = readUrl(asked ?? filed ?? { text: DEFAULT_URL, from: "the default" });
  const isFiled = file !== undefined && (filed === undefined ? asked === undefined : url === readUrl(filed));
  const key = flags.key ?? (env.CELERIAC_KEY || undefined) ?? (isFiled ? file.key : undefined);
  if (key !== undefined && !/^[\u0021-\u007e]+$/.test(key)) {
    throw usageError(
      "the key has a space, a line break or a letter that no key has: give it with --key or CELERIAC_KEY, as it was given to you",
    );
  }
  const timeout = flags.timeout ?? env.CELERIAC_TIMEOUT;
  return { url, key, timeout: timeout === undefined ? (file?.timeout ?? DEFAULT_TIMEOUT) : readTimeout(timeout) };
}

function fromEnvironment(text: string | undefined, from: string) {
  return text === undefined || text === "" ? undefined : { text, from };
}

function readUrl({ text, from }: { text: string; from: string }): string {
  const example = `expected ${from === "--url" ? "--url" : `the url of ${from}`} to be such as https://celeriac.example.workers.dev`;
  let url: URL;
  try {
    url = new URL(text.includes("://") ? text : `http://${text}`);
  } catch {
    throw usageError(`${example}, got '${text}'`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw usageError(`${example}, got '${url.protocol}//…': the deployment is its own broker, and is reached over HTTP`);
  }
  if (url.username !== "" || url.password !== "")
    throw usageError(`${example}, without a name or a password in it: a key goes to --key or CELERIAC_KEY`);
  if (url.search !== "" || url.hash !== "") throw usageError(`${example}, without what comes after ? or #`);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function readTimeout(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT) return seconds;
  throw usageError(`--timeout expects seconds, more than 0 and at most ${LONGEST_TIMEOUT}, got '${text}'`);
}

function readFile(named: string | undefined, env: Environment): SettingsFile | undefined {
  const folder = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
  const path = named ?? join(folder, "celeriac", "settings.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    if (named === undefined) return undefined;
    throw usageError(`no settings file can be read at ${path}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message may quote the key.
    throw usageError(`${path} is not JSON: expected an object such as {"url": "https://…", "key": "…"}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usageError(`${path}: expected an object such as {"url": "https://…", "key": "…"}`);
  const { url, key, timeout, ...others } = value as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw usageError(`${path}: unknown key '${other}'${didYouMean(other, KNOWN) || `; known are ${KNOWN.join(", ")}`}`);
  if (url !== undefined && typeof url !== "string") throw usageError(`${path}: expected "url" to be a text`);
  if (key !== undefined && typeof key !== "string") throw usageError(`${path}: expected "key" to be a text`);
  const seconds = timeout === undefined ? undefined : readTimeout(String(timeout));
  return {
    path,
    ...(url === undefined ? {} : { url }),
    ...(key === undefined ? {} : { key }),
    ...(seconds === undefined ? {} : { timeout: seconds }),
  };
}
