import { Agent, request } from "node:http";
import { chanceOf, type HostileRequest, hostileRequest } from "./hostile.ts";
import { GivenIds, soundRequest } from "./sound.ts";

/** What to send, and where. */
interface FuzzPlan {
  /** The runner, without a slash at the end. */
  url: string;
  requests: number;
  seed: number;
  /** The number of the first request; default 0. The requests from N on are the same whether those before were sent or not, but for the ids in them. */
  from?: number;
}

/** What came. */
interface FuzzReport {
  /** How many answers there were of each status. */
  statuses: Map<number, number>;
  /** How many of them were sound, and how many of those were taken (2xx). */
  sound: { sent: number; taken: number };
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
/** Of so many requests one is sound. */
const SOUND_EVERY = 5;

/** Sends the requests that the seed makes, routes in turn, and counts what comes. Not `fetch`, which refuses to send some of them. */
export async function fuzz({ url, requests, seed, from = 0 }: FuzzPlan): Promise<FuzzReport> {
  const ids = new GivenIds();
  const agent = new Agent({ keepAlive: true, maxSockets: ABREAST });
  const report: FuzzReport = { statuses: new Map(), sound: { sent: 0, taken: 0 }, faults: [] };
  let next = from;
  const sendOn = async () => {
    while (next < from + requests) {
      const number = next++;
      // Each its own chance, so that one can begin anywhere.
      const chance = chanceOf(Math.imul(seed, 0x9e3779b1) + number);
      const route = table.ALL_ROUTES[number % table.ALL_ROUTES.length];
      if (route === undefined) return;
      const sound = chance() < 1 / SOUND_EVERY;
      const hostile = sound ? soundRequest(chance, ids) : hostileRequest(route, chance, ids.pick(chance));
      const told = `#${number} ${hostile.method} ${hostile.path.slice(0, 120)} ${String(hostile.body ?? "").slice(0, 200)}`;
      try {
        const { status, text } = await send(url, hostile, agent);
        ids.note(text);
        report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1);
        if (sound) report.sound.sent += 1;
        if (sound && status < 300) report.sound.taken += 1;
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
  const asked = request({ hostname, port, method, path, agent, headers: { ...headers, ...length } }, (answer) => {
    let text = "";
    // A stream of events does not end: that it has begun is its answer, and its reader leaves.
    if (answer.headers["content-type"]?.startsWith("text/event-stream") === true) {
      resolve({ status: answer.statusCode ?? 0, text });
      clearTimeout(late);
      answer.destroy();
      return;
    }
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => {
      text += chunk;
    });
    answer.on("end", () => {
      clearTimeout(late);
      resolve({ status: answer.statusCode ?? 0, text });
    });
    answer.on("error", reject);
  });
  // Of the whole exchange, not of silence: an answer that drips on without an end is none.
  const late = setTimeout(() => asked.destroy(new Error(`none in ${PATIENCE} ms`)), PATIENCE);
  asked.on("error", (error) => {
    clearTimeout(late);
    reject(error);
  });
  asked.end(body);
  return promise;
}
