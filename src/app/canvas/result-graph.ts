import type { CanvasConnection } from "./canvas-connection.ts";

/** So many tasks are asked for at once. */
const PAGE = 1_000;

/**
 * The tasks that came of one, each with those that came of it: what stood after it in its canvas, and what it called. By id, in the order of breadth; the first is the task itself.
 * (Celery's `result.graph`.)
 */
export type ResultGraph = Map<string, string[]>;

/** Reads the graph below a task. A task that is unknown, or whose result has expired, has no children. */
export async function readGraph(id: string, connection: CanvasConnection): Promise<ResultGraph> {
  const known = new Map<string, string[]>();
  const graph: ResultGraph = new Map();
  const left = [id];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    if (graph.has(next)) continue;
    if (!known.has(next)) await readWorkflow(next, known, connection);
    const children = known.get(next) ?? [];
    graph.set(next, children);
    left.push(...children);
  }
  return graph;
}

async function readWorkflow(id: string, known: Map<string, string[]>, connection: CanvasConnection): Promise<void> {
  const { transport } = connection.get();
  for (let cursor: string | null | undefined = null; cursor !== undefined; ) {
    const part: Awaited<ReturnType<typeof transport.tree>> = await transport.tree({ id, cursor, limit: PAGE });
    if (!part.found) return;
    for (const node of part.nodes) known.set(node.id, node.children);
    cursor = part.cursor ?? undefined;
  }
}
