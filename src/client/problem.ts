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
  override name = "Problem";
  declare readonly type: string;
  declare readonly title: string;
  declare readonly status: number;
  declare readonly detail: string;
  declare readonly errors: readonly Fault[];
  declare readonly retryAfterSeconds?: number;

  constructor(document: ProblemDocument) {
    const { type, title, status, detail, errors } = document;
    const code = type.startsWith(URN) ? type.slice(URN.length).replaceAll("-", "_") : `http_${status}`;
    const told = errors.length > 1 ? errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ") : detail;
    super(code, told || `${title} (${status})`);
    Object.assign(this, document);
  }
}

/** The class of one problem type; its instances are told from other problems by their `name`. */
export type ProblemClass<Name extends string> = new (document: ProblemDocument) => Problem & { readonly name: Name };

const URN = "urn:celeriac:problem:";

const classes = new Map<string, ProblemClass<string>>();

/** The class of a type by its word in PascalCase, made when it is first asked for: a deployment may be newer than the client and have other types. */
function classOf<Word extends string>(word: Word): ProblemClass<`${Word}Problem`> {
  const known = classes.get(word) ?? newClass(`${word}Problem`);
  classes.set(word, known);
  // The map holds under each word the class of that word.
  return known as ProblemClass<`${Word}Problem`>;
}

function newClass(name: string): ProblemClass<string> {
  return class extends Problem {
    override name = name;
  };
}

/** 400: the body is not JSON. */
export const NotJsonProblem = /* @__PURE__ */ classOf("NotJson");
/** 400: the body is not UTF-8. */
export const NotUtf8Problem = /* @__PURE__ */ classOf("NotUtf8");
/** 400: the body ended early. */
export const CutShortProblem = /* @__PURE__ */ classOf("CutShort");
/** 401: no key was sent, or one that is not known. */
export const UnauthorizedProblem = /* @__PURE__ */ classOf("Unauthorized");
/** 403: the key lacks the scope. */
export const MissingScopeProblem = /* @__PURE__ */ classOf("MissingScope");
/** 403: the request comes from a foreign page. */
export const ForeignOriginProblem = /* @__PURE__ */ classOf("ForeignOrigin");
/** 403: the request names a foreign host. */
export const ForeignHostProblem = /* @__PURE__ */ classOf("ForeignHost");
/** 404: no task is registered under that name. */
export const UnknownTaskProblem = /* @__PURE__ */ classOf("UnknownTask");
/** 404: no task was ever given that id. */
export const UnknownIdProblem = /* @__PURE__ */ classOf("UnknownId");
/** 404: there is no such route; the deployment may be of an earlier version. */
export const NotFoundProblem = /* @__PURE__ */ classOf("NotFound");
/** 404: there is no such schedule entry. */
export const UnknownScheduleProblem = /* @__PURE__ */ classOf("UnknownSchedule");
/** 405: the route does not take the method. */
export const MethodNotAllowedProblem = /* @__PURE__ */ classOf("MethodNotAllowed");
/** 409: the task id is taken. */
export const TaskIdTakenProblem = /* @__PURE__ */ classOf("TaskIdTaken");
/** 409: the entry stands in wrangler.toml. */
export const ScheduleReadOnlyProblem = /* @__PURE__ */ classOf("ScheduleReadOnly");
/** 409: the task has not ended. */
export const UnfinishedProblem = /* @__PURE__ */ classOf("Unfinished");
/** 410: the result has expired. */
export const ExpiredProblem = /* @__PURE__ */ classOf("Expired");
/** 413: the body, or the arguments, are too large. */
export const TooLargeProblem = /* @__PURE__ */ classOf("TooLarge");
/** 415: the body has the wrong content type. */
export const UnsupportedMediaTypeProblem = /* @__PURE__ */ classOf("UnsupportedMediaType");
/** 422: the body has the wrong shape. */
export const BadBodyProblem = /* @__PURE__ */ classOf("BadBody");
/** 422: an option does not fit. */
export const BadOptionProblem = /* @__PURE__ */ classOf("BadOption");
/** 422: the arguments do not fit the task. */
export const BadArgumentsProblem = /* @__PURE__ */ classOf("BadArguments");
/** 422: the queue is not known. */
export const UnknownQueueProblem = /* @__PURE__ */ classOf("UnknownQueue");
/** 422: some of many calls do not fit. */
export const BadCallsProblem = /* @__PURE__ */ classOf("BadCalls");
/** 422: the schedule entry does not fit. */
export const BadScheduleProblem = /* @__PURE__ */ classOf("BadSchedule");
/** 422: a query parameter does not fit. */
export const BadQueryProblem = /* @__PURE__ */ classOf("BadQuery");
/** 422: the idempotency key stands for another call. */
export const IdempotencyMismatchProblem = /* @__PURE__ */ classOf("IdempotencyMismatch");
/** 429: the broker holds as many unfinished tasks as it may. */
export const BacklogFullProblem = /* @__PURE__ */ classOf("BacklogFull");
/** 500: Celeriac failed to answer; the cause is in the Worker's log. */
export const InternalProblem = /* @__PURE__ */ classOf("Internal");
/** 503: the broker does not answer. */
export const UnavailableProblem = /* @__PURE__ */ classOf("Unavailable");

/** Makes the error of an answer that is no success; `text` is its body. What is no problem document is told by its status and its first words. */
export function problemOf(status: number, text: string, retryAfterSeconds?: number): Problem {
  const { type = "about:blank", title = "refused", detail = text.slice(0, 200), errors = [] } = readDocument(text);
  const word = /^urn:celeriac:problem:([a-z][a-z0-9-]{0,60})$/
    .exec(type)?.[1]
    ?.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const Class = word === undefined ? Problem : classOf(word);
  return new Class({ type, title, status, detail, errors, retryAfterSeconds });
}

/** A body that is JSON by a type of Celeriac's is trusted to have the form of RFC 9457. */
function readDocument(text: string): Partial<ProblemDocument> {
  try {
    const document: unknown = JSON.parse(text);
    return isPlainObject(document) && typeof document.type === "string" ? document : {};
  } catch {
    return {};
  }
}
