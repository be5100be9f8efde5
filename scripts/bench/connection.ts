import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An HTTP answer. */
export interface Answer {
  status: number;
  body: string;
}

/** Makes the bytes of a request once, to be sent often. `body` is sent as JSON. */
export function requestBytes(method: "GET" | "POST", path: string, body?: string): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  if (body !== undefined) lines.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
}

/**
 * One kept-alive connection that knows just enough of HTTP/1.1 (answers with a Content-Length) to cost next to nothing: on two cores a
 * fuller client would be what is measured. Requests may follow each other before the answers come.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #waiting: PromiseWithResolvers<Answer>[] = [];
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Connects to a server of loopback, given as its address, such as `http://127.0.0.1:8787`. */
  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** Whether the server or we have ended it; workerd does so after some idle seconds. */
  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends a request made by `requestBytes`. Rejects when the connection is lost, or was before. */
  send(request: Buffer): Promise<Answer> {
    if (this.closed) return Promise.reject(new Error("the connection is closed"));
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.push(waiting);
    this.#socket.write(request);
    return waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    let data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (let end = this.#next(data); end !== undefined; end = this.#next(data)) data = data.subarray(end);
    this.#chunks = data.length === 0 ? [] : [data];
    this.#size = data.length;
  }

  /** Settles the first answer if it is all there, and tells where it ends. */
  #next(data: Buffer): number | undefined {
    this.#needed = 0;
    const headEnd = data.indexOf("\r\n\r\n");
    if (headEnd < 0) return undefined;
    const head = data.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`expected an answer with a Content-Length, got:\n${head}`));
      return undefined;
    }
    const end = headEnd + 4 + Number(length);
    if (data.length < end) {
      this.#needed = end;
      return undefined;
    }
    this.#waiting.shift()?.resolve({ status: Number(head.slice(9, 12)), body: data.toString("utf8", headEnd + 4, end) });
    return end;
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
