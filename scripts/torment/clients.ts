import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../simulate/random.ts";
import type { Document, Ledger } from "./ledger.ts";
import { nextSending, type Order, type Sending } from "./order.ts";

/** So many clients send at once, each one request after the other with a short pause. */
const CLIENTS = 5;
const LONGEST_PAUSE_MILLISECONDS = 80;
const RESEND_MILLISECONDS = 100;
const ANSWER_MILLISECONDS = 10_000;
/** So often a request that was answered is sent again all the same. */
const NEEDLESS = 0.1;

/** What clients stand on. */
export interface ClientsParts {
  random: Random;
  ledger: Ledger;
  /** Where the server answers now. */
  url(): string;
}

/** Clients that submit tasks all the time, and send again what may be sent again when its answer was lost. */
export class Clients {
  /** How often a request was sent again because its answer was lost. */
  resent = 0;
  /** How often an answer was that of an earlier request. */
  repeated = 0;
  /** Requests that got no answer and must not be sent again: their tasks may be there, once. */
  unanswered = 0;
  readonly #parts: ClientsParts;
  readonly #running: Promise<void>[] = [];
  #stopping = false;
  #sendings = 0;

  constructor(parts: ClientsParts) {
    this.#parts = parts;
  }

  start(): void {
    for (let client = 0; client < CLIENTS; client++) this.#running.push(this.#work());
  }

  /** Sends nothing new; resolves when what was sent has its answer. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  async #work(): Promise<void> {
    const { random, ledger } = this.#parts;
    while (!this.#stopping) {
      const sending = nextSending(random, this.#sendings++, ledger.deaths);
      ledger.ordered(sending.orders);
      await this.#deliver(sending);
      if (sending.repeatable && random.chance(NEEDLESS)) await this.#deliver(sending, true);
      await sleep(random.between(0, LONGEST_PAUSE_MILLISECONDS));
    }
  }

  async #deliver(sending: Sending, before = false): Promise<void> {
    for (let again = before; ; again = true) {
      if (await this.#send(sending, again)) return;
      if (!sending.repeatable) {
        this.unanswered += 1;
        return;
      }
      this.resent += 1;
      await sleep(RESEND_MILLISECONDS);
    }
  }

  /** Sends a request once; tells whether it was answered. */
  async #send(sending: Sending, again: boolean): Promise<boolean> {
    const [first] = sending.orders;
    if (first === undefined) return true;
    const path = sending.bulk ? "/v1/tasks" : `/v1/tasks/${first.task}${sending.wait > 0 ? `?wait=${sending.wait}` : ""}`;
    const calls = sending.orders.map(({ task, args, options }) => (sending.bulk ? { task, args, ...options } : { args, ...options }));
    try {
      const answer = await fetch(`${this.#parts.url()}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(sending.bulk ? calls : calls[0]),
        signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
      });
      return this.#take(sending.orders, first, again, answer.status, await answer.text());
    } catch {
      return false;
    }
  }

  #take(orders: readonly Order[], first: Order, again: boolean, status: number, text: string): boolean {
    const { ledger } = this.#parts;
    // What goes wrong inside is as an answer that was lost.
    if (status >= 500) return false;
    const named = first.options.task_id;
    if (status === 409 && again && named !== undefined) {
      this.repeated += 1;
      ledger.answered(first, named);
      return true;
    }
    if (status !== 200 && status !== 202) {
      ledger.refused(`a submit of ${first.token} was answered with ${status}: ${text}`);
      return true;
    }
    const body: { task_id?: string; task_ids?: string[]; duplicate?: boolean; duplicates?: number[] } = JSON.parse(text);
    const ids = body.task_ids ?? [body.task_id ?? ""];
    this.repeated += body.duplicates?.length ?? Number(body.duplicate === true);
    for (const [index, order] of orders.entries()) ledger.answered(order, ids[index] ?? "");
    if ("status" in body && "date_done" in body) ledger.read(body as Document);
    return true;
  }
}
