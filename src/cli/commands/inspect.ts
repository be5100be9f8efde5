import { didYouMean } from "../../core/nearest.ts";
import { VIRTUAL_WORKER } from "../../core/virtual-worker.ts";
import { usageError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { listOf } from "../document.ts";
import { askNodes, type NodeReply, pickNodes } from "../nodes.ts";
import { readList } from "../read-flag.ts";
import { printOnline, printReply } from "../reply.ts";
import type { Session } from "../session.ts";

interface InspectFlags {
  destination?: string[];
  list?: boolean;
}

/** What the deployment answers at `/v1/inspect/…`. */
const ROUTES: Readonly<Record<string, string>> = {
  active: "tasks that run",
  scheduled: "tasks that wait for their time",
  reserved: "tasks that are claimed and have not begun",
  revoked: "ids of revoked tasks",
  registered: "names of the tasks",
  stats: "what was counted, and what it costs",
  conf: "the settings",
  ping: "who is there",
};
/** What is made of other routes. */
const MADE: Readonly<Record<string, string>> = {
  active_queues: "the queues that are consumed",
  query_task: "the state of tasks: inspect query_task ID …",
  report: "versions and settings",
};
/** Celery's, and why they are not here. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  clock: "a deployment has no logical clock: its broker puts events in order",
  memdump: "the platform measures a Worker's memory: see its dashboard",
  memsample: "the platform measures a Worker's memory: see its dashboard",
  objgraph: "the platform measures a Worker's memory: see its dashboard",
};
const KNOWN: Readonly<Record<string, string>> = { ...ROUTES, ...MADE };

/** `celeriac inspect WHAT`: looks into the deployment, in the manner of Celery's `inspect`. Exit code 69 when nobody answers. */
export const defineInspect: Define = (command, open) => {
  command
    .argument("[what]", Object.keys(KNOWN).join(", "))
    .argument("[arguments...]", "query_task: ids")
    .option("-d, --destination <nodes>", "only these nodes, separated by commas", readList)
    .option("--list", "list what can be inspected")
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac inspect active
  $ celeriac inspect stats --json
  $ celeriac inspect query_task ID1 ID2`,
    )
    .action(async (what: string | undefined, words: string[], { destination = [], list }: InspectFlags) => {
      const session = open();
      const { terminal, json } = session;
      if (list === true) return listKnown(session);
      if (what === undefined) throw usageError(`inspect expects what to look at: ${Object.keys(KNOWN).join(", ")}`);
      refuseUnknown(what);
      if (what === "query_task" && words.length === 0) throw usageError("inspect query_task expects the ids of tasks");
      const replies = await replyOf(session, what, words, destination);
      if (json) return terminal.json(Object.fromEntries(replies.map(({ node, body }) => [node, body])));
      for (const { node, body } of replies) printReply(terminal, node, body);
      printOnline(terminal, replies.length);
    });
};

function listKnown({ terminal, json }: Session): void {
  if (json) terminal.json(KNOWN);
  else for (const [name, text] of Object.entries(KNOWN)) terminal.print(`${name.padEnd(14)} ${text}`);
}

function refuseUnknown(what: string): void {
  if (Object.hasOwn(KNOWN, what)) return;
  const why = Object.hasOwn(LEFT_OUT, what) ? LEFT_OUT[what] : undefined;
  if (why !== undefined) throw usageError(`inspect ${what} is left out: ${why}`);
  const names = Object.keys(KNOWN);
  throw usageError(`inspect knows no '${what}'${didYouMean(what, names) || `; known are ${names.join(", ")}`}`);
}

async function replyOf(session: Session, what: string, words: readonly string[], destination: readonly string[]): Promise<NodeReply[]> {
  if (!Object.hasOwn(MADE, what)) return askNodes(session, what, destination);
  const body = await made(session, what, words);
  return pickNodes([{ node: VIRTUAL_WORKER, body }], destination);
}

async function made({ server }: Session, what: string, words: readonly string[]): Promise<unknown> {
  if (what === "active_queues") {
    const queues = listOf(await server.get("/v1/queues"), "queues");
    return queues.filter(({ paused }) => paused !== true).map(({ queue }) => ({ name: queue, routing_key: queue }));
  }
  if (what === "query_task") {
    const documents = await Promise.all(words.map((id) => server.get(`/v1/results/${encodeURIComponent(id)}`)));
    return Object.fromEntries(words.map((id, at) => [id, documents[at]]));
  }
  return server.get("/v1/inspect/conf");
}
