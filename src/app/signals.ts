import type { CallOptions } from "../core/call.ts";
import type { TaskRequest } from "./context.ts";
import type { ErrorInfo } from "./task-hooks.ts";

/** What every signal of one attempt tells: `sender` is the task's name. */
interface OfAttempt {
  sender: string;
  taskId: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
}

/** A call that this program makes; `options` may be changed before it is sent. */
interface OfCall {
  sender: string;
  args: readonly unknown[];
  kwargs: Record<string, unknown>;
  options: CallOptions;
}

/** Celery's signals that have a meaning here, and what their receivers are told: Celery's arguments, in camelCase. */
export interface SignalPayloads {
  /** `delay`, `applyAsync`: before the call is checked. What is put into `options` is sent, headers too. Not for calls over HTTP. */
  before_task_publish: OfCall;
  /** The broker has written it down. */
  after_task_publish: OfCall & { taskId: string };
  /** The consumer was granted a task. */
  task_received: { sender: string; request: TaskRequest };
  /** Before `beforeStart` and the handler. */
  task_prerun: OfAttempt;
  /** After all hooks, however the attempt ended; `state` is also RETRY, IGNORED, REJECTED or REVOKED. */
  task_postrun: OfAttempt & { retval: unknown; state: string };
  task_success: { sender: string; taskId: string; result: unknown };
  task_retry: { sender: string; request: TaskRequest; reason: unknown; einfo: ErrorInfo };
  task_failure: OfAttempt & { exception: unknown; traceback: string | null; einfo: ErrorInfo };
  /** A hook threw. */
  task_internal_error: OfAttempt & { request: TaskRequest; exception: unknown; traceback: string | null; einfo: ErrorInfo };
  /** The task will not be run, or ended as REVOKED itself. Of those that the broker ends while they wait no consumer hears. */
  task_revoked: { sender: string; request: TaskRequest; terminated: boolean; expired: boolean };
  /** A stored call that cannot be read. */
  task_rejected: { sender: string; taskId: string; message: string; exc: unknown };
  /** No task is registered under the name. */
  task_unknown: { sender: string; taskId: string; name: string; message: string; exc: unknown };
  /** A consumer begins to claim, and has ended: `sender` is its name. */
  worker_ready: { sender: string; queue: string };
  worker_shutdown: { sender: string; queue: string };
}

/** The name of a signal. */
export type SignalName = keyof SignalPayloads;

/** Is told of a signal. May be async: it is awaited. */
export type Receiver<Name extends SignalName> = (payload: SignalPayloads[Name]) => unknown;

const NAMES: Record<SignalName, true> = {
  before_task_publish: true,
  after_task_publish: true,
  task_received: true,
  task_prerun: true,
  task_postrun: true,
  task_success: true,
  task_retry: true,
  task_failure: true,
  task_internal_error: true,
  task_revoked: true,
  task_rejected: true,
  task_unknown: true,
  worker_ready: true,
  worker_shutdown: true,
};

/** The names of all signals. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(NAMES);

type AnyReceiver = (payload: never) => unknown;

interface Connected {
  receiver: AnyReceiver;
  sender: string | undefined;
}

/** Celery's signals: who listens, and how they are told. Where nobody listens sending costs the look at one field. */
export class Signals {
  readonly #receivers = new Map<SignalName, Connected[]>();

  /** Whether anybody listens to anything. */
  live = false;

  /**
   * Has a receiver told of every signal of that name, or of those of one sender. Connected twice it is told once. Answers the way to
   * take it off again.
   */
  connect<Name extends SignalName>(name: Name, receiver: Receiver<Name>, sender?: string): () => void {
    const connected = this.#receivers.get(name) ?? [];
    const entry: Connected = { receiver, sender };
    if (!connected.some((one) => one.receiver === receiver && one.sender === sender)) this.#receivers.set(name, [...connected, entry]);
    this.live = true;
    return () => {
      const left = (this.#receivers.get(name) ?? []).filter((one) => one.receiver !== receiver || one.sender !== sender);
      this.#receivers.set(name, left);
    };
  }

  /** Whether anybody listens to a signal. */
  has(name: SignalName): boolean {
    return this.live && (this.#receivers.get(name)?.length ?? 0) > 0;
  }

  /**
   * Tells the receivers, one after another in the order they were connected, and awaits each. Never rejects: an error of theirs goes to `failed`, as
   * in Celery, where it is logged and counts for nothing.
   */
  async send<Name extends SignalName>(name: Name, payload: SignalPayloads[Name], failed: (error: unknown) => void): Promise<void> {
    for (const { receiver, sender } of this.#receivers.get(name) ?? []) {
      if (sender !== undefined && sender !== payload.sender) continue;
      try {
        // `connect` put it under the name whose payload it takes.
        await (receiver as Receiver<Name>)(payload);
      } catch (error) {
        failed(error);
      }
    }
  }
}
