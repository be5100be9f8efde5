import * as errors from "./errors.ts";
import { isFlow, Reject } from "./flow.ts";
import * as taskErrors from "./task-errors.ts";

const DEEPEST_CAUSE = 8;
/** Longest stack of a cause that is kept, in characters. */
const LONGEST_STACK = 10_000;

/**
 * How a failure is stored: Celery's result of a task in state FAILURE. Celery keeps an exception's `args` and nothing else of it, and a JavaScript error has only its message
 * for them: what else the user put on it is not kept but for `code` and `cause`.
 */
export interface ErrorDocument {
  /** The name of the error's class, such as `TypeError`. */
  exc_type: string;
  /** Celery's `exc.args`: for a JavaScript error its message alone. */
  exc_message: unknown[];
  /** Where the class is from: `builtins` (JavaScript's own), `celeriac` (the product's), "" (the user's: JavaScript does not say). */
  exc_module: string;
  /** The error's own `code`, where it is text or a number. */
  code?: string | number;
  /** What the error says that it came from; at most 8 deep. */
  cause?: ErrorDocument;
  /** The stack of a cause as text, at most 10,000 characters of it; that of the failure itself is the result's `traceback`. */
  traceback?: string;
}

type ErrorClass = new (message: string) => Error;

/** An AggregateError comes back without what it held: only its message is kept. */
const BUILTINS: Record<string, ErrorClass> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError: AggregateError.bind(null, []) as unknown as ErrorClass,
};

const OURS: Record<string, ErrorClass> = {
  ImproperlyConfigured: errors.ImproperlyConfigured,
  NotRegistered: errors.NotRegistered,
  TimeoutError: errors.TimeoutError,
  WorkerLostError: errors.WorkerLostError,
  TaskRevokedError: errors.TaskRevokedError,
  EncodeError: errors.EncodeError,
  NotFound: errors.NotFound,
  ResultExpired: errors.ResultExpired,
  MaxRetriesExceededError: taskErrors.MaxRetriesExceededError,
  SoftTimeLimitExceeded: taskErrors.SoftTimeLimitExceeded,
  TimeLimitExceeded: taskErrors.TimeLimitExceeded,
  Reject,
  DecodeError: taskErrors.DecodeError,
};

/** Modules whose classes are revived as the product's: ours, and where Celery itself has them. */
const OUR_MODULES = ["celeriac", "celery.exceptions", "billiard.exceptions", "kombu.exceptions"];

/**
 * Describes whatever a task threw. Never throws itself, whatever was thrown: values that are no errors (a string, a plain object,
 * `undefined`) are described as an `Error` whose message shows them. A class that does not set `name` goes by the name of its
 * constructor. `traceback` is the stack as text, null where there is none.
 */
export function describeError(error: unknown): { document: ErrorDocument; traceback: string | null } {
  const stack = read(error, "stack");
  return { document: describeSafely(error), traceback: typeof stack === "string" && stack !== "" ? stack : null };
}

/**
 * Makes an error again from what was stored, to be thrown by `AsyncResult.get`. JavaScript's own classes and the product's come
 * back as themselves; any other as an `Error` whose `name` is the stored type, since its class may not exist here. `traceback` becomes
 * its `stack`: where it was thrown, not where it is thrown again. `code` and `cause` come back too, a cause with a stack of its own.
 */
export function reviveError(document: ErrorDocument, traceback: string | null): Error {
  const message = document.exc_message.map((part) => (typeof part === "string" ? part : (JSON.stringify(part) ?? ""))).join(", ");
  const name = document.exc_type;
  const error = make(document, message);
  if (error.name !== name) setHidden(error, "name", name);
  if (document.code !== undefined && read(error, "code") === undefined) {
    Object.defineProperty(error, "code", { value: document.code, enumerable: true, configurable: true, writable: true });
  }
  if (document.cause !== undefined) setHidden(error, "cause", reviveError(document.cause, document.cause.traceback ?? null));
  setHidden(error, "stack", traceback ?? `${name}: ${message}`);
  return error;
}

function make(document: ErrorDocument, message: string): Error {
  const { exc_type: type, exc_module: module } = document;
  const known = module === "builtins" ? BUILTINS : OUR_MODULES.includes(module) ? OURS : {};
  const Class = Object.hasOwn(known, type) ? known[type] : undefined;
  if (Class !== undefined) return new Class(message);
  if (module === "celeriac") return new errors.CeleriacError(String(document.code ?? "error"), message);
  return new Error(message);
}

function describeSafely(error: unknown): ErrorDocument {
  try {
    return describe(error, 0);
  } catch {
    // A revoked Proxy throws at the slightest touch.
    return { exc_type: "Error", exc_message: ["a value that cannot be shown"], exc_module: "builtins" };
  }
}

function describe(error: unknown, depth: number): ErrorDocument {
  const message = read(error, "message");
  if (typeof error !== "object" || error === null || typeof message !== "string") {
    return { exc_type: "Error", exc_message: [print(error)], exc_module: "builtins" };
  }
  const type = typeName(error);
  const document: ErrorDocument = { exc_type: type, exc_message: [message], exc_module: moduleOf(error, type) };
  const code = Object.hasOwn(error, "code") ? read(error, "code") : undefined;
  if (typeof code === "string" || (typeof code === "number" && Number.isFinite(code))) document.code = code;
  const cause = read(error, "cause");
  if (cause !== undefined && cause !== null && depth < DEEPEST_CAUSE) document.cause = describeCause(cause, depth + 1);
  return document;
}

function describeCause(cause: unknown, depth: number): ErrorDocument {
  const document = describe(cause, depth);
  const stack = read(cause, "stack");
  return typeof stack === "string" && stack !== "" ? { ...document, traceback: stack.slice(0, LONGEST_STACK) } : document;
}

function moduleOf(error: object, type: string): string {
  if (error instanceof errors.CeleriacError || isFlow(error)) return "celeriac";
  return Object.hasOwn(BUILTINS, type) ? "builtins" : "";
}

function typeName(error: object): string {
  const name = read(error, "name");
  const constructorName = read(read(error, "constructor"), "name");
  const given = typeof name === "string" && name !== "" ? name : "Error";
  // An inherited `name` is the built-in's; the user's class is what tells the failure.
  const inherited = Object.hasOwn(BUILTINS, given) && error instanceof Error && !Object.hasOwn(error, "name");
  return inherited && typeof constructorName === "string" && constructorName !== "" ? constructorName : given;
}

function read(from: unknown, key: string): unknown {
  if ((typeof from !== "object" && typeof from !== "function") || from === null) return undefined;
  try {
    return Reflect.get(from, key);
  } catch {
    return undefined;
  }
}

function print(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return (typeof value === "object" ? JSON.stringify(value) : undefined) ?? String(value);
  } catch {
    return "a value that cannot be shown";
  }
}

function setHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true });
}
