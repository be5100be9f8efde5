import { VIRTUAL_WORKER } from "../core/virtual-worker.ts";
import { CliError } from "./cli-error.ts";
import { isRecord, listOf } from "./document.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/** What one node answered. A deployment is one node: its workers come and go. */
export interface NodeReply {
  /** Such as `celeriac@edge`. */
  node: string;
  body: unknown;
}

/**
 * Asks `GET /v1/inspect/{what}` of the deployment's nodes. An answer that names no node is the one node's.
 * @param destination the nodes that are meant (Celery's `-d`); none: all
 * @throws CliError with exit code 69 when none of those that are meant answered
 */
export async function askNodes(session: Session, what: string, destination: readonly string[] = []): Promise<NodeReply[]> {
  const answer = await ask(session, what);
  const isNamed = isRecord(answer) && Object.keys(answer).length > 0 && Object.keys(answer).every((key) => key.includes("@"));
  const all = isNamed ? Object.entries(answer) : [[VIRTUAL_WORKER, answer] as const];
  return pickNodes(
    all.map(([node, body]) => ({ node, body })),
    destination,
  );
}

/** Those replies that are meant. @throws CliError with exit code 69, in Celery's words, when there are none */
export function pickNodes(replies: readonly NodeReply[], destination: readonly string[]): NodeReply[] {
  const meant = replies.filter(({ node }) => destination.length === 0 || destination.includes(node));
  if (meant.length > 0) return meant;
  const known = replies.length === 0 ? "" : `: there ${replies.length === 1 ? "is" : "are"} ${replies.map(({ node }) => node).join(", ")}`;
  throw new CliError(`No nodes replied within time constraint${known}`, 69);
}

/** A deployment from before `inspect ping` and `registered` still tells of its health and its tasks. */
async function ask({ server }: Session, what: string): Promise<unknown> {
  try {
    return await server.get(`/v1/inspect/${what}`);
  } catch (error) {
    if (!(error instanceof Refusal) || !error.isMissingRoute) throw error;
    if (what === "registered") return listOf(await server.get("/v1/tasks"), "tasks").map(({ name }) => name);
    if (what !== "ping") throw error;
    await server.text("/healthcheck");
    return { ok: "pong" };
  }
}
