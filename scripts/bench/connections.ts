import { type Answer, Connection } from "./connection.ts";

/** Several connections to one server, each with one request under way. */
export class Connections {
  readonly #all: Connection[];

  private constructor(all: Connection[]) {
    this.#all = all;
  }

  static async open(url: string, width: number): Promise<Connections> {
    return new Connections(await Promise.all(Array.from({ length: width }, () => Connection.open(url))));
  }

  /** Sends requests 0 to `count` - 1, each on the next connection that is free, and hands every answer to `take`. */
  async sendAll(count: number, request: (index: number) => Buffer, take: (answer: Answer, index: number) => void): Promise<void> {
    let next = 0;
    const drain = async (connection: Connection) => {
      while (next < count) {
        const index = next++;
        take(await connection.send(request(index)), index);
      }
    };
    await Promise.all(this.#all.map(drain));
  }

  /** Sends the same request for so many milliseconds; how many were answered with 2xx. @throws Error at another status */
  async sendFor(milliseconds: number, request: Buffer): Promise<number> {
    const end = performance.now() + milliseconds;
    let answered = 0;
    const hammer = async (connection: Connection) => {
      while (performance.now() < end) {
        const { status, body } = await connection.send(request);
        if (status < 200 || status > 299) throw new Error(`expected 2xx, got ${status}: ${body.slice(0, 300)}`);
        answered++;
      }
    };
    await Promise.all(this.#all.map(hammer));
    return answered;
  }

  /** Sends the same request until `end` (of `performance.now()`) and adds to `times` what each took. @throws Error at another status than 2xx */
  async timed(request: Buffer, end: number, times: number[]): Promise<void> {
    const hammer = async (connection: Connection) => {
      while (performance.now() < end) {
        const start = performance.now();
        const { status, body } = await connection.send(request);
        if (status < 200 || status > 299) throw new Error(`expected 2xx, got ${status}: ${body.slice(0, 300)}`);
        times.push(performance.now() - start);
      }
    };
    await Promise.all(this.#all.map(hammer));
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
