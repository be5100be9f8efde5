import { setTimeout as sleep } from "node:timers/promises";
import { Connection, requestBytes } from "../bench/connection.ts";
import type { Random } from "../simulate/random.ts";
import type { Document, Ledger } from "./ledger.ts";
import type { Start } from "./start.ts";

/** How many results are read again, and how many are looked at anew, after each start. */
const SAMPLE = { finished: 40, unfinished: 120 };
const CONNECTIONS = 8;
const PAUSE_MILLISECONDS = 250;

/** What an inspector stands on. */
export interface InspectorParts {
  random: Random;
  ledger: Ledger;
  /** Where the server answers now. */
  url(): string;
}

/** Reads results and starts into the ledger. */
export class Inspector {
  readonly #parts: InspectorParts;
  #lastStart = 0;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** Looks at a sample, for as long as the server lives. */
  async look(): Promise<void> {
    const { ledger } = this.#parts;
    try {
      await this.#readStarts();
      await this.#read([...this.#sample(ledger.ids(true), SAMPLE.finished), ...this.#sample(ledger.ids(false), SAMPLE.unfinished)]);
    } catch {
      // It was killed meanwhile.
    }
  }

  /** Waits until every task has its end, at most so many milliseconds, and reads every result once more. */
  async finish(patience: number): Promise<void> {
    const { ledger } = this.#parts;
    for (const end = performance.now() + patience; performance.now() < end; await sleep(PAUSE_MILLISECONDS)) {
      // Of a task that nobody has an answer for it is its start that tells.
      await this.#readStarts();
      const unfinished = ledger.ids(false);
      if (unfinished.length === 0) break;
      await this.#read(unfinished);
    }
    await this.#read(ledger.ids(true));
    ledger.close();
  }

  async #readStarts(): Promise<void> {
    for (;;) {
      const answer = await fetch(`${this.#parts.url()}/starts?after=${this.#lastStart}`);
      const starts = (await answer.json()) as Start[];
      for (const start of starts) {
        this.#parts.ledger.started(start);
        this.#lastStart = start.number;
      }
      if (starts.length === 0) return;
    }
  }

  async #read(ids: readonly string[]): Promise<void> {
    const left = ids.values();
    const readOn = async () => {
      const connection = await Connection.open(this.#parts.url());
      for (const id of left) {
        const { status, body } = await connection.send(requestBytes("GET", `/v1/results/${id}`));
        if (status === 200) this.#parts.ledger.read(JSON.parse(body) as Document);
        else if (status < 500) this.#parts.ledger.missing(id, `${status}: ${body}`);
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTIONS, ids.length) }, readOn));
  }

  #sample(ids: readonly string[], count: number): string[] {
    return ids.length <= count ? [...ids] : Array.from({ length: count }, () => this.#parts.random.pick(ids));
  }
}
