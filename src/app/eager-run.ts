import { systemClock } from "../clock.ts";
import type { OwnEnd } from "../core/attempt-end.ts";
import type { Call, Line } from "../core/call.ts";
import type { SignatureJson } from "../core/canvas/signature.ts";
import type { Config } from "../core/config.ts";
import { defaultConfig } from "../core/config.ts";
import type { EagerNext } from "../core/eager.ts";
import { nextEager, propagates } from "../core/eager.ts";
import { describeError } from "../core/error-document.ts";
import { decodeTagged } from "../core/wire/tagged-json.ts";
import type { Connection, ConnectionHolder } from "./connection.ts";
import type { EagerAttemptParts, EagerTask } from "./eager-attempt.ts";
import { EAGER_HOST, EagerAttempt } from "./eager-attempt.ts";
import type { EagerOptions } from "./eager-options.ts";
import { EagerResult } from "./eager-result.ts";
import type { Signals } from "./signals.ts";

/** Under what an eager run runs: the app's connection, or where it has none (no broker is asked) the defaults, with every queue there is. */
export function settingOf(connection: ConnectionHolder): Pick<Connection, "config" | "clock" | "env"> {
  return connection.find() ?? { config: UNCONNECTED, clock: systemClock };
}

const UNCONNECTED: Config = { ...defaultConfig, taskCreateMissingQueues: true };

/**
 * Runs a call here and now until it has ended, retries included, which do not wait: Celery's `apply`. Countdown, eta, expiry, limits and time limits count for
 * nothing. Rejects only when it is to throw: with the very error of the handler.
 */
export async function runCall<R>(
  task: EagerTask,
  call: Call,
  options: EagerOptions,
  { connection, signals }: { connection: ConnectionHolder; signals: Signals },
): Promise<EagerResult<R>> {
  const { config, clock, env } = settingOf(connection);
  // `composeCall` wrote it.
  const line = decodeTagged(call.line, config.timezone) as Line;
  const id = call.taskId ?? crypto.randomUUID();
  const startedAt = clock.now();
  const first = {
    definition: task,
    id,
    line,
    queue: call.queue,
    retries: options.retries ?? 0,
    clock,
    env,
    here: "eager",
    signals,
  } as const;
  const next = await untilEnd(first, connection);
  if (propagates(next, options.throw, config.taskEagerPropagates)) throw next.result;
  const { state, result, retries } = next;
  const traceback = state === "SUCCESS" ? null : describeError(result).traceback;
  const times = { receivedAt: startedAt, startedAt, doneAt: clock.now(), eta: null, expires: null };
  const called = { line: call.line, queue: call.queue, worker: EAGER_HOST };
  return new EagerResult<R>(id, connection, { result, record: { id, state, result: null, traceback, retries, ...called, ...times } });
}

async function untilEnd(first: EagerAttemptParts, connection: ConnectionHolder): Promise<EagerEnd> {
  for (let parts = first; ; ) {
    const ended = await new EagerAttempt(parts).run();
    const next = nextEager(ended.how === "replaced" ? await endOfReplacement(ended.by, connection) : ended);
    if ("state" in next) return { ...next, retries: parts.retries };
    const { retries, args = parts.line.args, kwargs = parts.line.kwargs } = next.again;
    const line: Line = { ...parts.line };
    if (args !== undefined) line.args = [...args];
    if (kwargs !== undefined) line.kwargs = { ...kwargs };
    parts = { ...parts, line, retries };
  }
}

/** The canvas that takes the task's place is run at once; the task ends as it does. */
async function endOfReplacement(by: object, { canvases }: ConnectionHolder): Promise<OwnEnd> {
  try {
    const result = await canvases?.apply({ json: () => by as SignatureJson }, { throw: false });
    return { how: "succeeded", value: (await result?.get()) ?? null };
  } catch (error) {
    return { how: "failed", error, expected: false };
  }
}

type EagerEnd = Extract<EagerNext, { state: unknown }> & { retries: number };
