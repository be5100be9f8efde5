import { Problem } from "../client/problem.ts";
import { Unreachable } from "../client/requester.ts";
import { CliError } from "./cli-error.ts";
import { unreachable } from "./reach-fault.ts";

/** A request that a deployment refused. */
export class Refusal extends CliError {
  /** Whether the deployment does not know the route: it is older than this command line. */
  readonly isMissingRoute: boolean;

  constructor(message: string, problem: Problem) {
    super(message, problem.status === UNAVAILABLE ? 69 : 1, { cause: problem });
    this.name = "Refusal";
    this.isMissingRoute = MISSING_ROUTE.includes(problem.type);
  }
}

/** What was asked, for the message. */
export interface AskedFor {
  method: string;
  path: string;
  url: string;
  hasKey: boolean;
}

const URN = "urn:celeriac:problem:";
const UNAUTHORIZED = `${URN}unauthorized`;
const MISSING_ROUTE: readonly string[] = [`${URN}not-found`, `${URN}method-not-allowed`];
const UNAVAILABLE = 503;
const FIRST_REDIRECT = 300;
const FIRST_ERROR = 400;
const FIRST_FAILURE = 500;
const SHOWN_FAULTS = 5;

/** The error of whatever the client threw at a request, as a person at a terminal is told it. */
export function toldError(error: unknown, asked: AskedFor): unknown {
  if (error instanceof Unreachable) return unreachable(asked.url, error.cause);
  return error instanceof Problem ? refusal(error, asked) : error;
}

/** Something answers, and it is no deployment of Celeriac. */
export function stranger(url: string, status?: number): CliError {
  const what = status === undefined ? "answers, but" : `answers ${status}, and`;
  return new CliError(`${url} ${what} not as a Celeriac deployment does: is --url the right address?`);
}

function refusal(problem: Problem, { method, path, url, hasKey }: AskedFor): CliError {
  const { status } = problem;
  if (status >= FIRST_REDIRECT && status < FIRST_ERROR) {
    return new CliError(`${url} sends requests on to another address: give the deployment's own as --url`);
  }
  if (!problem.type.startsWith(URN)) {
    if (status < FIRST_FAILURE) return stranger(url, status);
    return new Refusal(`${url} answered ${status} to ${method} ${path}: the Worker's log may say why`, problem);
  }
  if (problem.type === UNAUTHORIZED) {
    return new Refusal(`${url} ${hasKey ? "refuses the key" : "wants a key"}: ${problem.detail} Here: --key or CELERIAC_KEY.`, problem);
  }
  const told = new Refusal(problem.detail + moreFaults(problem), problem);
  if (!told.isMissingRoute) return told;
  return new Refusal(`the deployment at ${url} is older than this command line: it has no ${method} ${path}`, problem);
}

/** The detail tells one fault; of several it tells how many there are. */
function moreFaults({ errors }: Problem): string {
  if (errors.length < 2) return "";
  const shown = errors.slice(0, SHOWN_FAULTS).map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return ` ${shown.join("; ")}${errors.length > SHOWN_FAULTS ? "; …" : ""}`;
}
