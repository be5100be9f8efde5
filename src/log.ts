/**
 * The worker's log, in Celery's format (`worker_log_format`): `[2026-11-22 13:55:01,123: INFO/celeriac@1a2b] message`, in UTC,
 * printed through the platform's console.
 */
import type { Clock } from "./clock.ts";

/** How serious a line is, least first: Celery's levels without CRITICAL. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Where a room writes what happened. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  /** The least serious level that is printed; absent: all are. Ask it before building a text that is only dropped. */
  readonly level?: LogLevel;
}

/** What a log is made from. */
export interface LogOptions {
  /** Lines below it are dropped: Celery's `--loglevel`. */
  level: LogLevel;
  /** Whose lines these are, such as `celeriac@1a2b`. */
  process: string;
  clock: Clock;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };
const METHOD = { debug: "log", info: "log", warning: "warn", error: "error" } as const;

/** How many microtasks a line waits for others of its turn: tasks that end together end within a few. */
const HOPS = 4;
/** Longest text of one console call, in characters; the platform cuts a log message at 256 KB. */
const LONGEST_TEXT = 64_000;

let writing = false;

/** Tells whether a log is handing lines to the console just now: what wraps the console must let them pass. */
export function isLogWriting(): boolean {
  return writing;
}

/** Tells whether a log prints lines of `level`. */
export function isLogged(log: Log, level: LogLevel): boolean {
  return log.level === undefined || RANK[level] >= RANK[log.level];
}

/**
 * Makes a log. Lines that arise in one turn leave in one console call, joined by line breaks, as long as they go to the same
 * method (`log` for debug and info, `warn`, `error`); their order is kept. Nothing in a message can pass for a line of its own:
 * what follows a line break is indented by two spaces, and other control characters are shown as `\x1b`.
 */
export function createLog(options: LogOptions): Log {
  const { level, process, clock } = options;
  let lines: string[] = [];
  let length = 0;
  let method: "log" | "warn" | "error" = "log";
  let hops = 0;

  function flush(): void {
    if (lines.length === 0) return;
    const text = lines.join("\n");
    lines = [];
    length = 0;
    writing = true;
    try {
      console[method](text);
    } finally {
      writing = false;
    }
  }

  function hop(): void {
    hops -= 1;
    if (hops > 0) queueMicrotask(hop);
    else flush();
  }

  function write(severity: LogLevel, message: string): void {
    if (RANK[severity] < RANK[level]) return;
    if (method !== METHOD[severity] || length > LONGEST_TEXT) flush();
    method = METHOD[severity];
    const line = `[${stamp(clock.now())}: ${severity.toUpperCase()}/${process}] ${tame(message)}`;
    lines.push(line);
    length += line.length;
    if (hops === 0) {
      hops = HOPS;
      queueMicrotask(hop);
    }
  }

  return {
    level,
    debug: (message) => write("debug", message),
    info: (message) => write("info", message),
    warning: (message) => write("warning", message),
    error: (message) => write("error", message),
  };
}

/** Printable ASCII: nearly every line, and quickly told. */
const UNUSUAL = /[^ -~]/;
const CONTROL = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** Makes a message fit to print: see `createLog`. */
function tame(message: string): string {
  if (!UNUSUAL.test(message)) return message;
  return message.replace(CONTROL, escapeOne).replaceAll("\n", "\n  ");
}

function escapeOne(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

let stampedAt = Number.NaN;
let stampText = "";

/** An instant as Python's logging writes it: `2026-11-22 13:55:01,123`. Many lines share one. */
function stamp(now: number): string {
  if (now !== stampedAt) {
    stampedAt = now;
    stampText = new Date(now).toISOString().replace("T", " ").replace(".", ",").slice(0, 23);
  }
  return stampText;
}
