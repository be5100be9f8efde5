import { isLogged, type Log } from "../log.ts";
import type { Reason } from "./problem.ts";

/** Longest path in a line, in characters. */
const LONGEST_PATH = 200;
/** What the door itself refuses, whoever asks and whatever the route. */
const REFUSED: ReadonlySet<Reason | undefined> = new Set<Reason>([
  "unauthorized",
  "missing_scope",
  "foreign_origin",
  "foreign_host",
  "rate_limited",
  "backlog_full",
]);
const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Writes down which key did what, by the key's name, never the key: a request that changes something at `info`, one that was refused at `warning`. Without
 * a key (the local runner) only refusals are. The query is left out.
 */
export function noteRequest(
  log: Log | undefined,
  request: { method: string; path: string },
  name: string,
  status: number,
  why?: Reason,
): void {
  if (log === undefined) return;
  const { method, path } = request;
  const what = `${method} ${path.slice(0, LONGEST_PATH)}`;
  if (REFUSED.has(why)) log.warning(`${what} refused ${name === "" ? "without a known key" : `to key ${name}`}: ${status} ${why}`);
  else if (name !== "" && !READING.has(method) && isLogged(log, "info")) log.info(`${what} by key ${name}: ${status}`);
}
