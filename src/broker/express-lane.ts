import type { Submission } from "./api.ts";
import type { Book } from "./book.ts";
import type { Dispatch } from "./dispatch.ts";
import type { ShardParts } from "./shard-parts.ts";

/** What the consumer of the express lane is called, in results and logs. */
const CONSUMER = "celeriac@express";

/** Hands tasks that were declared for it to the Worker script's own code, in the commit that writes them down: same page, lease and report. */
export class ExpressLane {
  readonly #parts: Pick<ShardParts, "express" | "shard" | "config" | "random">;
  readonly #book: Book;
  readonly #dispatch: Dispatch;

  constructor(parts: Pick<ShardParts, "express" | "shard" | "config" | "random">, book: Book, dispatch: Dispatch) {
    this.#parts = parts;
    this.#book = book;
    this.#dispatch = dispatch;
  }

  /** The queue of submits that go by the express lane: if all their calls were declared for it, and nothing waits in their queue yet. */
  queueFor(submissions: Iterable<Submission>, now: number): string | undefined {
    const { express, config } = this.#parts;
    const calls = [...submissions].flatMap((submission) => submission.calls);
    const queue = calls[0]?.queue;
    if (express === undefined || queue === undefined || calls.length > config.workerConcurrency) return undefined;
    if (!calls.every((call) => call.express === true && call.due === undefined && call.queue === queue)) return undefined;
    const front = this.#book.queues.queue(queue);
    this.#book.look(front, now);
    return front.busy(now) ? undefined : queue;
  }

  /** Gives what was just written to the lane. Nothing else is ready in its queue: it is for what was declared for it only. */
  handOver(queue: string, now: number): void {
    const { express, shard, config, random } = this.#parts;
    const room = config.workerConcurrency;
    const grant = this.#dispatch.claim({ version: 1, queue, room, consumer: CONSUMER, nonce: random(16) }, now);
    // Calls leave after the transaction, and the output gate holds them until it is durable.
    if (grant.tasks.length > 0) void Promise.resolve().then(() => express?.({ queue, shard }, grant).catch(() => {}));
  }
}
