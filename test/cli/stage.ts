import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { runProgram } from "../../src/cli/program.ts";

/** The instant that the commands' clock shows. */
export const NOW = Date.UTC(2026, 10, 22, 14, 0, 0);

/** What a fake deployment answers to `GET /v1/queues` and the like: JSON, a status with JSON, or whatever the handler does. */
export type Answer = ((asked: Asked, response: ServerResponse) => unknown) | object;

/** A request that came. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A deployment that answers what the test says, by method and path, and remembers what it was asked; else "no such route". */
export class FakeDeployment {
  readonly asked: Asked[] = [];
  readonly #answers: Readonly<Record<string, Answer>>;
  readonly #server: Server;

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.#answers = answers;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://fake");
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", headers } = request;
    const asked = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body };
    this.asked.push(asked);
    const answer = this.#answers[`${method} ${url.pathname}`];
    if (answer === undefined)
      return send(response, 404, { type: "urn:celeriac:problem:not-found", title: "There is no such route", status: 404, detail: "No." });
    const value: unknown = typeof answer === "function" ? answer(asked, response) : answer;
    if (value !== undefined) send(response, 200, value);
  }
}

/** Sends JSON. */
export function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json" });
  response.end(JSON.stringify(value));
}

/** How a command ended, and what it wrote. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** How a command meets the world. */
export interface Around {
  url?: string;
  env?: Record<string, string>;
  /** Whether the streams are terminals. Default false. */
  terminal?: boolean;
  input?: string;
  signal?: AbortSignal;
  /** Told of everything that is written to stdout so far, each time. */
  onOutput?(stdout: string): void;
}

/** Runs a command line in this process. */
export async function run(argv: readonly string[], around: Around = {}): Promise<Ended> {
  const text = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr") => ({
    isTTY: around.terminal === true,
    columns: 100,
    write(piece: string) {
      text[name] += piece;
      if (name === "stdout") around.onOutput?.(text.stdout);
    },
  });
  const stdin = new PassThrough();
  stdin.end(around.input ?? "");
  const code = await runProgram(argv, {
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    stdin,
    env: { XDG_CONFIG_HOME: "/nonexistent", ...(around.url === undefined ? {} : { CELERIAC_URL: around.url }), ...around.env },
    clock: { now: () => NOW },
    signal: around.signal ?? new AbortController().signal,
    chdir() {},
  });
  return { code, ...text };
}
