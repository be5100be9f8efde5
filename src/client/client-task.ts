import type { AsyncCall } from "../app/async-call.ts";
import { AsyncResult } from "../app/async-result.ts";
import type { ResultConnection } from "../app/result-connection.ts";
import type { ResultDocument } from "../core/wire/read-result-document.ts";
import { readResultDocument } from "../core/wire/read-result-document.ts";
import type { WrittenCall } from "../core/wire/write-call.ts";
import { writeCall } from "../core/wire/write-call.ts";
import { queryOf, segment } from "./query.ts";
import type { Requester } from "./requester.ts";

/** What only a client's call may say. */
export interface Waiting {
  /**
   * Have the answer held until the task has ended, at most so many seconds (60 at most): one request instead of two. The result is then there without
   * another; if it is not, `get` goes on waiting. The key needs the scope `read` too. Default 0.
   */
  wait?: number;
}

/** The parameters of a client's `applyAsync`: those inside the Worker, and `wait`. */
export type ClientCallParameters<A extends unknown[]> = [] extends A ? [call?: AsyncCall<A> & Waiting] : [call: AsyncCall<A> & Waiting];

/** A task of a deployment, as a client calls it. `A` are its arguments, `R` is what it returns. Made by `Client.task`. */
export class ClientTask<A extends unknown[] = unknown[], R = unknown> {
  /** The name that it is registered under. */
  readonly name: string;
  readonly #requester: Requester;
  readonly #results: ResultConnection;

  constructor(name: string, requester: Requester, results: ResultConnection) {
    this.name = name;
    this.#requester = requester;
    this.#results = results;
  }

  /** Sends a call with these arguments (Celery's `delay`); resolves when the broker has written it down. Throws as `applyAsync` does. */
  delay(...args: A): Promise<AsyncResult<R>> {
    return this.#send({ args });
  }

  /**
   * Sends a call with options (Celery's `apply_async`): `client.task("tasks.add").applyAsync({ args: [2, 3], countdown: 1 })`. It may be sent several times until
   * an answer comes, and is one task. Throws `RefusedCall` for arguments that JSON cannot hold, a `Problem` for what the deployment refuses
   * (`BadArgumentsProblem`, `UnknownTaskProblem`, `BacklogFullProblem`, …), and `Unreachable`.
   */
  applyAsync(...call: ClientCallParameters<A>): Promise<AsyncResult<R>> {
    return this.#send(call[0] ?? {});
  }

  async #send({ wait = 0, ...call }: WrittenCall & Waiting): Promise<AsyncResult<R>> {
    const answer = await this.#requester.json<ResultDocument | Pick<ResultDocument, "task_id">>({
      method: "POST",
      path: `/v1/tasks/${segment(this.name)}${queryOf({ wait: wait || undefined })}`,
      body: JSON.stringify(writeCall(this.name, call)),
      waitSeconds: wait,
      repeatable: "nonce",
    });
    return new AsyncResult<R>(answer.task_id, this.#results, "name" in answer ? readResultDocument(answer) : undefined);
  }
}
