import { didYouMean } from "../../core/nearest.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { type Document, isRecord, listOf } from "../document.ts";
import type { Session } from "../session.ts";
import { toDot, toMermaid, workflowGraph } from "../workflow-graph.ts";

const FORMATS = ["mermaid", "dot"];
/** Nobody can read a larger drawing. */
const MOST_NODES = 2_000;
const PAGE = 500;

/** `celeriac graph ID`: the workflow that a task belongs to, as a drawing. Celery's `graph workers` and `graph bootsteps` draw processes, which there are none of. */
export const defineGraph: Define = (command, open) => {
  command
    .argument("<id>", "the id of any of its tasks")
    .option("-F, --format <name>", `${FORMATS.join(" or ")} (default: mermaid)`)
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac graph ID > workflow.mmd
  $ celeriac graph ID -F dot | dot -Tsvg > workflow.svg`,
    )
    .action(async (id: string, { format = "mermaid" }: { format?: string }) => {
      if (!FORMATS.includes(format))
        throw usageError(`--format expects ${FORMATS.join(" or ")}, got '${format}'${didYouMean(format, FORMATS)}`);
      if (id === "workers" || id === "bootsteps") throw usageError(`graph ${id} is left out: a deployment has no worker processes to draw`);
      const session = open();
      const nodes = await nodesOf(session, id);
      if (session.json) return session.terminal.json({ nodes });
      const graph = workflowGraph(nodes);
      session.terminal.print(format === "dot" ? toDot(graph) : toMermaid(graph));
    });
};

async function nodesOf({ server, terminal }: Session, id: string): Promise<Document[]> {
  const nodes: Document[] = [];
  for (let cursor: string | undefined; ; ) {
    const part = await server.get(`/v1/results/${encodeURIComponent(id)}/tree`, { cursor, limit: PAGE });
    nodes.push(...listOf(part, "nodes"));
    const next = isRecord(part) ? part.cursor : undefined;
    if (nodes.length === 0) throw new CliError(`the deployment told no task of the workflow of ${id}`);
    if (typeof next !== "string") return nodes;
    if (nodes.length >= MOST_NODES) {
      terminal.note(`only the first ${nodes.length} tasks are drawn`);
      return nodes;
    }
    cursor = next;
  }
}
