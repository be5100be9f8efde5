import type { AttemptEnd } from "../core/attempt-end.ts";
import type { ErrorDocument } from "../core/error-document.ts";
import { describeError } from "../core/error-document.ts";
import type { TaskContext } from "./context.ts";
import type { SignalName, SignalPayloads } from "./signals.ts";
import { Signals } from "./signals.ts";
import type { ErrorInfo, TaskHooks } from "./task-hooks.ts";

/** What goes on around an attempt is made from. */
export interface AroundParts {
  attempt: { readonly id: string; readonly name: string; readonly definition: { readonly name: string; readonly hooks?: TaskHooks } };
  context: TaskContext;
  signals: Signals | undefined;
  /** Is told what a hook or a receiver threw. */
  log: { broken(name: string, id: string, where: string, error: unknown): void };
}

/** How an attempt ended, as those around it are told. */
export interface EndedAttempt {
  end: AttemptEnd;
  outcome: { state: string };
  /** The error's, where there is one. */
  document?: ErrorDocument;
  traceback?: string | null;
}

const NOBODY = new Signals();

/** A task's hooks and the app's signals around one attempt, in Celery's order. Made only where there are any. */
export class AroundAttempt {
  readonly #parts: AroundParts;
  readonly #signals: Signals;

  constructor(parts: AroundParts) {
    this.#parts = parts;
    this.#signals = parts.signals ?? NOBODY;
  }

  /** Before the handler. Answers what `beforeStart` threw; a receiver's error is only logged. */
  async before(): Promise<{ error: unknown } | undefined> {
    const { context, attempt } = this.#parts;
    await this.#send("task_prerun", () => this.#about());
    const { id, args, kwargs } = context.request;
    try {
      await attempt.definition.hooks?.beforeStart?.(id, args, kwargs, context);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** After the handler, by how it ended. Never rejects. */
  async after({ end, outcome, document, traceback = null }: EndedAttempt): Promise<void> {
    const { context, attempt } = this.#parts;
    const { hooks = {} } = attempt.definition;
    const { request } = context;
    const { id, args, kwargs } = request;
    const sender = attempt.definition.name;
    if (end.how === "succeeded") {
      await this.#try("onSuccess", () => hooks.onSuccess?.(end.value, id, args, kwargs, context));
      await this.#send("task_success", () => ({ sender, taskId: id, result: end.value }));
      await this.#try("afterReturn", () => hooks.afterReturn?.("SUCCESS", end.value, id, args, kwargs, null, context));
    } else if (document !== undefined && "error" in end) {
      const { error: exception } = end;
      const einfo: ErrorInfo = { type: document.exc_type, exception, traceback };
      if (end.how === "failed") await this.#try("onFailure", () => hooks.onFailure?.(exception, id, args, kwargs, einfo, context));
      if (end.how === "retried") await this.#try("onRetry", () => hooks.onRetry?.(exception, id, args, kwargs, einfo, context));
      if (outcome.state === "RETRY") await this.#send("task_retry", () => ({ sender, request, reason: exception, einfo }));
      if (outcome.state === "FAILURE") await this.#send("task_failure", () => ({ ...this.#about(), exception, traceback, einfo }));
      if (outcome.state === "REVOKED") await this.#send("task_revoked", () => ({ sender, request, terminated: false, expired: false }));
      if (end.how === "failed") {
        await this.#try("afterReturn", () => hooks.afterReturn?.("FAILURE", exception, id, args, kwargs, einfo, context));
      }
    }
    const retval = end.how === "succeeded" ? end.value : "error" in end ? end.error : null;
    await this.#send("task_postrun", () => ({ ...this.#about(), retval, state: outcome.state }));
  }

  #about(): SignalPayloads["task_prerun"] {
    const { context, attempt } = this.#parts;
    const { id, args, kwargs } = context.request;
    return { sender: attempt.definition.name, taskId: id, args, kwargs };
  }

  async #try(where: string, hook: () => unknown): Promise<void> {
    try {
      await hook();
    } catch (exception) {
      const { attempt, context, log } = this.#parts;
      log.broken(attempt.name, attempt.id, where, exception);
      const { document, traceback } = describeError(exception);
      const einfo: ErrorInfo = { type: document.exc_type, exception, traceback };
      await this.#send("task_internal_error", () => ({ ...this.#about(), request: context.request, exception, traceback, einfo }));
    }
  }

  async #send<Name extends SignalName>(name: Name, payload: () => SignalPayloads[Name]): Promise<void> {
    if (!this.#signals.has(name)) return;
    const { attempt, log } = this.#parts;
    await this.#signals.send(name, payload(), (error) => log.broken(attempt.name, attempt.id, `a receiver of ${name}`, error));
  }
}
