import { Agent, request } from "node:http";
import { chanceOf, type HostileRequest, hostileRequest } from "./hostile.ts";

/** What to send, and where. */
interface FuzzPlan {
  /** The runner, without a slash at the end. */
  url: string;
  requests: number;
  seed: number;
}

/** What came. */
interface FuzzReport {
  /** How many answers there were of each status. */
  statuses: Map<number, number>;
  /** A line for each 5xx and each request without an answer. */
  faults: string[];
}

// By an address, not by name: the types behind the table are the platform's, which scripts do not have.
const table: { ALL_ROUTES: ReadonlyArray<{ method: string; path: string }> } = await import(
  new URL("../../test/http/routes.ts", import.meta.url).href
);

/** How many requests are on their way at once. */
const ABREAST = 16;
/** Milliseconds after which a request counts as unanswered. */
const PATIENCE = 30_000;

/** Sends the requests that the seed makes, routes in turn, and counts what comes. Not `fetch`, which refuses to send some of them. */
export async function fuzz({ url, requests, seed }: FuzzPlan): Promise<FuzzReport> {
  const chance = chanceOf(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: ABREAST });
  const report: FuzzReport = { statuses: new Map(), faults: [] };
  let next = 0;
  const sendOn = async () => {
    while (next < requests) {
      const route = table.ALL_ROUTES[next++ % table.ALL_ROUTES.length];
      if (route === undefined) return;
      const hostile = hostileRequest(route, chance);
      const told = `${hostile.method} ${hostile.path.slice(0, 120)} ${String(hostile.body ?? "").slice(0, 200)}`;
      try {
        const { status, text } = await send(url, hostile, agent);
        report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1);
        if (status >= 500) report.faults.push(`${status} to ${told}: ${text.slice(0, 300)}`);
      } catch (error) {
        report.faults.push(`no answer to ${told}: ${error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, sendOn));
  agent.destroy();
  return report;
}

function send(url: string, { method, path, headers, body }: HostileRequest, agent: Agent): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const length: Record<string, string> = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const asked = request({ hostname, port, method, path, agent, timeout: PATIENCE, headers: { ...headers, ...length } }, (answer) => {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => {
      text += chunk;
    });
    answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    answer.on("error", reject);
  });
  asked.on("timeout", () => asked.destroy(new Error(`none in ${PATIENCE} ms`)));
  asked.on("error", reject);
  asked.end(body);
  return promise;
}
