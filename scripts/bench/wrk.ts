import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { requestBytes } from "./connection.ts";
import { Connections } from "./connections.ts";
import { isInstalled } from "./machine.ts";
import { newFolder } from "./program.ts";

/** One request, to be sent again and again. A body is JSON. */
export interface Load {
  url: string;
  path: string;
  /** Sent by POST when there is one, else it is a GET. */
  body?: string;
  connections: number;
  seconds: number;
}

let installed: boolean | undefined;

/** What sends loads here: wrk where it is installed (one thread, so that the server has a core of its own), else our own client. */
export function loadTool(): string {
  installed ??= isInstalled("wrk", "-v");
  return installed ? "wrk, 1 thread" : "bench's own keep-alive client, for want of wrk";
}

/** Requests answered a second. @throws Error when one is not answered with 2xx or 3xx */
export async function measureRate(load: Load): Promise<number> {
  loadTool();
  return installed ? runWrk(load) : runOwn(load);
}

/** Reads wrk's report. @throws Error when it tells of errors, or of no rate */
export function readReport(report: string): number {
  const wrong = /^\s*(Non-2xx or 3xx responses|Socket errors): (.*)$/m.exec(report);
  // What wrk calls a timeout is an answer that took over two seconds.
  if (wrong !== null && !wrong[0].includes("connect 0, read 0, write 0,")) throw new Error(`wrk: ${wrong[0].trim()}`);
  const rate = Number(/^Requests\/sec:\s*([\d.]+)/m.exec(report)?.[1]);
  if (Number.isNaN(rate)) throw new Error(`wrk: expected a line "Requests/sec", got:\n${report}`);
  return rate;
}

async function runWrk({ url, path, body, connections, seconds }: Load): Promise<number> {
  const flags = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`];
  if (body !== undefined) {
    const script = join(newFolder(), "post.lua");
    const lines = ['wrk.method = "POST"', `wrk.body = [==[${body}]==]`, 'wrk.headers["Content-Type"] = "application/json"'];
    writeFileSync(script, `${lines.join("\n")}\n`);
    flags.push("-s", script);
  }
  const { stdout } = await promisify(execFile)("wrk", [...flags, url + path]);
  return readReport(stdout);
}

async function runOwn({ url, path, body, connections, seconds }: Load): Promise<number> {
  const all = await Connections.open(url, connections);
  try {
    const answered = await all.sendFor(seconds * 1000, requestBytes(body === undefined ? "GET" : "POST", path, body));
    return answered / seconds;
  } finally {
    all.close();
  }
}
