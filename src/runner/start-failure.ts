import { messageOf, oneLine, RunnerError } from "./runner-error.ts";

/**
 * Turns what Miniflare throws when workerd does not come up into one line: the message of what the Worker script threw while it was loaded
 * (such as an ImproperlyConfigured), or what workerd says of the configuration. `locate` names places in the source.
 */
export function startFailure(error: unknown, port: number, locate: (text: string) => string): RunnerError {
  if (error instanceof RunnerError) return error;
  const text = messageOf(error);
  if (codeOf(error) === "ERR_ADDRESS_IN_USE") return portInUse(port);
  const said = text.split("\n").flatMap(readEntry);
  const thrown = said.find((message) => message.includes("Uncaught ")) ?? said[0];
  return new RunnerError(thrown === undefined ? oneLine(text) : describe(locate(thrown)), 1, { cause: error });
}

/** The one line for a port that is taken. */
export function portInUse(port: number): RunnerError {
  return new RunnerError(`port ${port} on 127.0.0.1 is in use: end what listens there, or choose another with --port`);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

/** A line of workerd's log, which Miniflare quotes in its message. */
function readEntry(line: string): string[] {
  if (!line.startsWith("{")) return [];
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null || !("message" in entry) || typeof entry.message !== "string") return [];
    return "level" in entry && entry.level === "error" ? [entry.message] : [];
  } catch {
    return [];
  }
}

/** The message and, unless it speaks for itself, the first place of the stack. */
function describe(message: string): string {
  // An error class of one's own comes as `Error: ItsName: message`.
  const bare = message.replace(/^service \S+: /, "").replace(/^Uncaught (Error: (?=\w+: ))?/, "");
  const lines = bare.split("\n");
  const frame = lines.findIndex((line) => /^\s+at /.test(line));
  const said = oneLine((frame < 0 ? lines : lines.slice(0, frame)).join("\n"));
  const place = frame < 0 ? undefined : /\(?([^\s()]+:\d+:\d+)\)?\s*$/.exec(lines[frame] ?? "")?.[1];
  const plain = said.replace(/^(Error|ImproperlyConfigured): /, "");
  return place === undefined || said.startsWith("ImproperlyConfigured") ? plain : `${plain} (${place})`;
}
