import { CliError } from "./cli-error.ts";
import { DEFAULT_URL } from "./settings.ts";

/** What the system's words for a lost connection mean. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up at the moment",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  EPIPE: "the connection was cut",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
};

/** The error, with exit code 69, of a deployment that a request did not reach; its cause in plain words. */
export function unreachable(url: string, error: unknown): CliError {
  const code = codeOf(error);
  const why = (code === undefined ? undefined : CAUSES[code]) ?? (messageOf(error) || "the request failed");
  const hint =
    url === DEFAULT_URL
      ? "start one here with `celeriac worker`, or name it with --url or CELERIAC_URL"
      : "is --url or CELERIAC_URL right?";
  return new CliError(`no deployment answers at ${url}: ${why}; ${hint}`, 69, { cause: error });
}

/** Fetch hides the system's error in `cause`, and that of several addresses in `errors`. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if ("errors" in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return "cause" in error ? codeOf(error.cause) : undefined;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
