import { field, findFault, type Order } from "./order.ts";
import type { Start } from "./start.ts";

/** A result document, as far as it matters here. */
export interface Document {
  task_id: string;
  status: string;
  result: unknown;
  date_done: string | null;
}

/** What is known of one task. */
interface Facts {
  order: Order;
  /** Its id was answered: from then on it must reach its end. */
  accepted: boolean;
  /** The document of its final state, as text. */
  final: string | undefined;
  /** The highest attempt that was started. */
  lastStart: number;
  /** The attempt that its result tells of, where it tells. */
  delivery: number | undefined;
}

const FINAL = new Set(["SUCCESS", "FAILURE", "REVOKED"]);

/** Writes down what clients and tasks have seen, and finds what must not be (DESIGN.md, "Invariants"). */
export class Ledger {
  /** What is broken, in words. */
  readonly broken: string[] = [];
  /** How often workerd has died, with all consumers in it: each may have lost a task one lease. */
  deaths = 0;
  /** Leases that consumers say they have lost. */
  leasesLost = 0;
  starts = 0;
  accepted = 0;
  finished = 0;
  /** The highest attempt that was started. */
  mostAttempts = 0;
  readonly #orders = new Map<string, Order>();
  readonly #tasks = new Map<string, Facts>();
  readonly #ids = new Map<string, string>();
  readonly #started = new Set<string>();

  /** A client is about to send these for the first time. */
  ordered(orders: readonly Order[]): void {
    for (const order of orders) this.#orders.set(order.token, order);
  }

  /** A submit was answered with this id for this order. */
  answered(order: Order, id: string): void {
    const facts = this.#bind(order, id);
    if (facts === undefined || facts.accepted) return;
    facts.accepted = true;
    this.accepted += 1;
  }

  /** The server refused what it should accept. */
  refused(what: string): void {
    this.#break(what);
  }

  /** A task noted that it was started. */
  started({ token, id, delivery }: Start): void {
    const order = this.#orders.get(token);
    if (order === undefined) {
      this.#break(`${id} was started for ${token}, which nobody has ordered`);
      return;
    }
    const start = `${id} ${delivery}`;
    if (this.#started.has(start)) this.#break(`attempt ${delivery} of ${id} (${token}) was started twice`);
    this.#started.add(start);
    this.starts += 1;
    this.mostAttempts = Math.max(this.mostAttempts, delivery);
    const most = 1 + this.deaths - order.sentAfter + this.leasesLost;
    if (delivery > most) this.#break(`${id} (${token}) was started as attempt ${delivery}, and at most ${most} can have been granted`);
    const facts = this.#bind(order, id);
    if (facts !== undefined) facts.lastStart = Math.max(facts.lastStart, delivery);
  }

  /** A result was read. */
  read(document: Document): void {
    const { task_id: id, status, result, date_done } = document;
    const facts = this.#tasks.get(id);
    if (facts === undefined) {
      this.#break(`a result was read of ${id}, which is no known task's`);
      return;
    }
    const { token } = facts.order;
    const text = FINAL.has(status) ? JSON.stringify([status, result, date_done]) : undefined;
    if (facts.final !== undefined) {
      if (text !== facts.final) this.#break(`${id} (${token}) was ${facts.final}, and now it is ${text ?? status}`);
      return;
    }
    if (text === undefined) return;
    facts.final = text;
    this.finished += 1;
    const delivery = field(result, "delivery");
    if (typeof delivery === "number") facts.delivery = delivery;
    const fault = findFault(facts.order, status, result);
    if (fault !== undefined) this.#break(`${id} (${facts.order.task} ${token}) is ${text}: ${fault}`);
  }

  /** No task is known by an id that was given. */
  missing(id: string, answer: string): void {
    this.#break(`${id} (${this.#tasks.get(id)?.order.token}) was answered ${answer}`);
  }

  /** The ids of tasks whose end is known, or not yet. */
  ids(finished: boolean): string[] {
    return [...this.#tasks].filter(([, { final }]) => (final !== undefined) === finished).map(([id]) => id);
  }

  /** All is over: every task has its end, and it is the end of the last attempt that was started. */
  close(): void {
    for (const [id, { order, final, lastStart, delivery }] of this.#tasks) {
      if (final === undefined) this.#break(`${id} (${order.task} ${order.token}) is unfinished`);
      else if (delivery !== undefined && delivery !== lastStart)
        this.#break(`${id} (${order.token}) ended by attempt ${delivery}, and attempt ${lastStart} was started`);
    }
  }

  /** One order is one task, and one id is one order's. */
  #bind(order: Order, id: string): Facts | undefined {
    const before = this.#ids.get(order.token);
    const facts = this.#tasks.get(id);
    if (before !== undefined && before !== id) {
      this.#break(`${order.token} is task ${before}, and task ${id}`);
      return undefined;
    }
    if (facts !== undefined && facts.order.token !== order.token) {
      this.#break(`${id} was given to ${facts.order.token}, and to ${order.token}`);
      return undefined;
    }
    if (facts !== undefined) return facts;
    const fresh: Facts = { order, accepted: false, final: undefined, lastStart: 0, delivery: undefined };
    this.#tasks.set(id, fresh);
    this.#ids.set(order.token, id);
    return fresh;
  }

  #break(what: string): void {
    this.broken.push(what);
  }
}
