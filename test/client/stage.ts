import { Client, type ClientOptions } from "../../src/client/client.ts";
import type { Fetch } from "../../src/client/requester.ts";
import type { Clock, Timers } from "../../src/clock.ts";
import { OPEN, setup } from "../http/setup.ts";

/** A request as it left the client. */
export interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: string;
}

/** A client over the HTTP door and a fake broker, in this process, and what it sent. */
export function stage<T = unknown>(options: Partial<ClientOptions> = {}, variables = OPEN) {
  const door = setup(variables);
  const sent: Sent[] = [];
  const fetch: Fetch = async (url, init) => {
    const { pathname, search } = new URL(url);
    sent.push({
      method: init.method ?? "GET",
      path: pathname + search,
      headers: new Headers(init.headers),
      body: typeof init.body === "string" ? init.body : "",
    });
    return door.send(pathname + search, init);
  };
  return { ...door, sent, client: new Client<T>({ url: "http://localhost:8787/", fetch, retries: 0, ...options }) };
}

/** Time that only moves when nothing else happens: then the next timer is due. */
export class IdleTime implements Clock, Timers {
  #now = 1_700_000_000_000;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets a promise settle, moving on to the next timer each time that it waits. */
  async settle<V>(promise: Promise<V>): Promise<V> {
    let settled = false;
    const end = () => {
      settled = true;
    };
    promise.then(end, end);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return promise;
      const next = this.#timers.toSorted((left, right) => left.at - right.at)[0];
      if (next === undefined) throw new Error("it waits for what no timer ends");
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
  }
}
