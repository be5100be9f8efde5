import type { Fault } from "../core/errors.ts";

/** Every reason a request can be refused for: its status and its title. The one place where errors have status numbers. */
const REASONS = {
  not_json: [400, "The body is not JSON"],
  not_utf8: [400, "The body is not UTF-8"],
  cut_short: [400, "The body ended early"],
  bad_search: [400, "The search is not understood"],
  bad_argument: [400, "A parameter of Flower's API does not fit"],
  unauthorized: [401, "A key is needed"],
  missing_scope: [403, "The key lacks a scope"],
  foreign_origin: [403, "The request comes from a foreign page"],
  foreign_host: [403, "The request names a foreign host"],
  worker_refuses: [403, "The worker does not do that"],
  unknown_task: [404, "The task is not registered"],
  unknown_id: [404, "The task id was never given"],
  not_found: [404, "There is no such route"],
  unknown_worker: [404, "There is no such worker"],
  unknown_job: [404, "There is no such job"],
  unknown_schedule: [404, "There is no such entry"],
  method_not_allowed: [405, "The route does not take this method"],
  task_id_taken: [409, "The task id is taken"],
  schedule_read_only: [409, "The entry is the deployment's"],
  expired: [410, "The result has expired"],
  unfinished: [409, "The task has not ended"],
  too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body has the wrong content type"],
  bad_body: [422, "The body has the wrong shape"],
  bad_option: [422, "An option does not fit"],
  bad_arguments: [422, "The arguments do not fit the task"],
  unknown_queue: [422, "The queue is not known"],
  bad_calls: [422, "Some of the calls do not fit"],
  bad_schedule: [422, "The entry does not fit"],
  bad_query: [422, "A query parameter does not fit"],
  idempotency_mismatch: [422, "The idempotency key stands for another call"],
  backlog_full: [429, "The broker holds as many unfinished tasks as it may"],
  rate_limited: [429, "The key has submitted too many tasks"],
  internal: [500, "Celeriac failed to answer"],
  unavailable: [503, "The broker does not answer"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** Why a request was refused; `type` in the answer is `urn:celeriac:problem:` and this word, with dashes. */
export type Reason = keyof typeof REASONS;

/** The status that a reason is answered with. */
export function statusOf(reason: Reason): number {
  return REASONS[reason][0];
}

/** How many faults an answer lists at most. */
export const FAULT_LIMIT = 100;

/** A refusal on its way to the client: thrown anywhere behind the door, answered as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  readonly reason: Reason;
  /** One for each field at fault; the answer lists the first `FAULT_LIMIT`. */
  readonly faults: readonly Fault[];
  /** Further headers of the answer, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  /** `detail` says what was expected, what came and what to do. It reaches the client: no secrets. */
  constructor(reason: Reason, detail: string, more: { faults?: readonly Fault[]; headers?: Record<string, string> } = {}) {
    super(detail);
    this.name = "Problem";
    this.reason = reason;
    this.faults = more.faults ?? [];
    this.headers = more.headers ?? {};
  }

  /** The answer. Each call makes a new one. */
  toResponse(): Response {
    const [status, title] = REASONS[this.reason];
    const document: Record<string, unknown> = {
      type: `urn:celeriac:problem:${this.reason.replaceAll("_", "-")}`,
      title,
      status,
      detail: this.message,
    };
    if (this.faults.length > 0) document.errors = this.faults.slice(0, FAULT_LIMIT).map(({ path, message }) => ({ path, message }));
    return new Response(JSON.stringify(document), {
      status,
      headers: {
        "content-type": "application/problem+json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        ...this.headers,
      },
    });
  }
}

/** Makes a problem of faults in one call: the detail is the only fault, or how many there are. */
export function faultyProblem(reason: Reason, faults: readonly Fault[]): Problem {
  const [only] = faults;
  if (only !== undefined && faults.length === 1) {
    return new Problem(reason, only.path === "" ? only.message : `${only.path}: ${only.message}`, { faults });
  }
  const listed = faults.length > FAULT_LIMIT ? `; the first ${FAULT_LIMIT} are listed` : "";
  return new Problem(reason, `${faults.length} faults, see \`errors\`${listed}.`, { faults });
}

/**
 * Makes a problem of whatever was thrown. A broker that is overloaded or was reset is 503, to be tried again; anything
 * unknown is 500, whose cause goes to the Worker's log and not to the client.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // The platform marks the errors of Durable Objects so; see its page on error handling.
  const marks = typeof error === "object" && error !== null ? (error as { retryable?: unknown; overloaded?: unknown }) : {};
  console.error(error);
  if (marks.retryable === true || marks.overloaded === true) {
    return new Problem("unavailable", "The broker is restarting or overloaded: send the request again.", {
      headers: { "retry-after": "1" },
    });
  }
  return new Problem("internal", "The cause is in the Worker's log.");
}
