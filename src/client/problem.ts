import type { Fault } from "../core/errors.ts";
import { CeleriacError } from "../core/errors.ts";
import { isPlainObject } from "../core/json-value.ts";

/** What a refusal says of itself (RFC 9457). */
export interface ProblemDocument {
  /** `urn:celeriac:problem:` and a word; "about:blank" for an answer that did not come from Celeriac, as a proxy's. */
  type: string;
  /** What kind of refusal it is. */
  title: string;
  /** The HTTP status. */
  status: number;
  /** What was expected, what came and what to do. */
  detail: string;
  /** One for each field at fault. */
  errors: readonly Fault[];
  /** In how many seconds it may be tried again, where the answer says so. */
  retryAfterSeconds?: number;
}

/**
 * A request that was refused, or that failed at the other side. Each problem type has a class of its own, below; what has none comes as this one. `code` is
 * the type's word as inside the Worker (`unknown_task`, `backlog_full`, …), `http_502` and the like for what did not come from Celeriac.
 */
export class Problem extends CeleriacError implements ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly Fault[];
  readonly retryAfterSeconds?: number;

  constructor(document: ProblemDocument) {
    const { type, title, status, detail, errors } = document;
    const code = type.startsWith(URN) ? type.slice(URN.length).replaceAll("-", "_") : `http_${status}`;
    const told = errors.length > 1 ? errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ") : detail;
    super(code, told || `${title} (${status})`);
    this.name = "Problem";
    this.type = type;
    this.title = title;
    this.status = status;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = document.retryAfterSeconds;
  }
}

const URN = "urn:celeriac:problem:";

/** 400: the body is not JSON. */
export class NotJsonProblem extends Problem {}
/** 400: the body is not UTF-8. */
export class NotUtf8Problem extends Problem {}
/** 400: the body ended early. */
export class CutShortProblem extends Problem {}
/** 401: no key was sent, or one that is not known. */
export class UnauthorizedProblem extends Problem {}
/** 403: the key lacks the scope. */
export class MissingScopeProblem extends Problem {}
/** 403: the request comes from a foreign page. */
export class ForeignOriginProblem extends Problem {}
/** 403: the request names a foreign host. */
export class ForeignHostProblem extends Problem {}
/** 404: no task is registered under that name. */
export class UnknownTaskProblem extends Problem {}
/** 404: no task was ever given that id. */
export class UnknownIdProblem extends Problem {}
/** 404: there is no such route; the deployment may be of an earlier version. */
export class NotFoundProblem extends Problem {}
/** 404: there is no such schedule entry. */
export class UnknownScheduleProblem extends Problem {}
/** 405: the route does not take the method. */
export class MethodNotAllowedProblem extends Problem {}
/** 409: the task id is taken. */
export class TaskIdTakenProblem extends Problem {}
/** 409: the entry stands in wrangler.toml. */
export class ScheduleReadOnlyProblem extends Problem {}
/** 409: the task has not ended. */
export class UnfinishedProblem extends Problem {}
/** 410: the result has expired. */
export class ExpiredProblem extends Problem {}
/** 413: the body, or the arguments, are too large. */
export class TooLargeProblem extends Problem {}
/** 415: the body has the wrong content type. */
export class UnsupportedMediaTypeProblem extends Problem {}
/** 422: the body has the wrong shape. */
export class BadBodyProblem extends Problem {}
/** 422: an option does not fit. */
export class BadOptionProblem extends Problem {}
/** 422: the arguments do not fit the task. */
export class BadArgumentsProblem extends Problem {}
/** 422: the queue is not known. */
export class UnknownQueueProblem extends Problem {}
/** 422: some of many calls do not fit. */
export class BadCallsProblem extends Problem {}
/** 422: the schedule entry does not fit. */
export class BadScheduleProblem extends Problem {}
/** 422: a query parameter does not fit. */
export class BadQueryProblem extends Problem {}
/** 422: the idempotency key stands for another call. */
export class IdempotencyMismatchProblem extends Problem {}
/** 429: the broker holds as many unfinished tasks as it may. */
export class BacklogFullProblem extends Problem {}
/** 500: Celeriac failed to answer; the cause is in the Worker's log. */
export class InternalProblem extends Problem {}
/** 503: the broker does not answer. */
export class UnavailableProblem extends Problem {}

/** By the class's name without its "Problem", which is the type's word in PascalCase. Written out: a bundle that is minified has other names. */
const CLASSES: Readonly<Record<string, new (document: ProblemDocument) => Problem>> = {
  NotJson: NotJsonProblem,
  NotUtf8: NotUtf8Problem,
  CutShort: CutShortProblem,
  Unauthorized: UnauthorizedProblem,
  MissingScope: MissingScopeProblem,
  ForeignOrigin: ForeignOriginProblem,
  ForeignHost: ForeignHostProblem,
  UnknownTask: UnknownTaskProblem,
  UnknownId: UnknownIdProblem,
  NotFound: NotFoundProblem,
  UnknownSchedule: UnknownScheduleProblem,
  MethodNotAllowed: MethodNotAllowedProblem,
  TaskIdTaken: TaskIdTakenProblem,
  ScheduleReadOnly: ScheduleReadOnlyProblem,
  Unfinished: UnfinishedProblem,
  Expired: ExpiredProblem,
  TooLarge: TooLargeProblem,
  UnsupportedMediaType: UnsupportedMediaTypeProblem,
  BadBody: BadBodyProblem,
  BadOption: BadOptionProblem,
  BadArguments: BadArgumentsProblem,
  UnknownQueue: UnknownQueueProblem,
  BadCalls: BadCallsProblem,
  BadSchedule: BadScheduleProblem,
  BadQuery: BadQueryProblem,
  IdempotencyMismatch: IdempotencyMismatchProblem,
  BacklogFull: BacklogFullProblem,
  Internal: InternalProblem,
  Unavailable: UnavailableProblem,
};

/** Makes the error of an answer that is no success; `text` is its body. What is no problem document is told by its status and its first words. */
export function problemOf(status: number, text: string, retryAfterSeconds?: number): Problem {
  const document = readDocument(text);
  const { type = "about:blank", title = "The server refused the request", detail = text.slice(0, 200) } = document;
  const errors = Array.isArray(document.errors) ? document.errors : [];
  const word = String(type).startsWith(URN) ? String(type).slice(URN.length) : "";
  const name = word.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  const problem = new (known ?? Problem)({
    type: String(type),
    title: String(title),
    status,
    detail: String(detail),
    errors,
    retryAfterSeconds,
  });
  if (known !== undefined) problem.name = `${name}Problem`;
  return problem;
}

function readDocument(text: string): Partial<Record<keyof ProblemDocument, unknown>> {
  try {
    const document: unknown = JSON.parse(text);
    return isPlainObject(document) ? document : {};
  } catch {
    return {};
  }
}
