import { type Document, listOf, textOf } from "./document.ts";

/** One task of a workflow, as it is drawn. */
export interface GraphNode {
  id: string;
  name: string;
  status: string;
  group: string;
}

/** A workflow: its tasks, and which comes after which. */
export interface WorkflowGraph {
  nodes: GraphNode[];
  /** By the positions of the nodes. */
  edges: [from: number, to: number][];
}

/** Makes a graph of the nodes that `GET /v1/results/{id}/tree` tells. An edge goes to each child, and comes from a parent that does not name it. */
export function workflowGraph(documents: readonly Document[]): WorkflowGraph {
  const nodes = documents.map((node) => ({
    id: textOf(node.task_id),
    name: textOf(node.name),
    status: textOf(node.status),
    group: textOf(node.group_id),
  }));
  const places = new Map(nodes.map(({ id }, at) => [id, at]));
  const seen = new Set<string>();
  const edges: [number, number][] = [];
  const add = (from: number | undefined, to: number | undefined) => {
    if (from === undefined || to === undefined || seen.has(`${from} ${to}`)) return;
    seen.add(`${from} ${to}`);
    edges.push([from, to]);
  };
  for (const [at, node] of documents.entries()) {
    for (const child of childrenOf(node)) add(at, places.get(child));
    add(places.get(textOf(node.parent_id)), at);
  }
  return { nodes, edges };
}

/** Ids, or documents that have one. */
function childrenOf(node: Document): string[] {
  const ids = Array.isArray(node.children) ? node.children.filter((child) => typeof child === "string") : [];
  return [...ids, ...listOf(node, "children").map(({ task_id }) => textOf(task_id))];
}

const FILLS: Readonly<Record<string, string>> = {
  SUCCESS: "#c8e6c9",
  FAILURE: "#ffcdd2",
  REVOKED: "#ffe0b2",
  RETRY: "#fff9c4",
  STARTED: "#b3e5fc",
};
const OTHER_FILL = "#eeeeee";

/** The graph as a Mermaid flowchart; tasks of a group stand in a box. Names are hostile text: what Mermaid would read in them is written as its entities. */
export function toMermaid({ nodes, edges }: WorkflowGraph): string {
  const node = (each: GraphNode, at: number) => `n${at}["${mermaidText(each.name)}<br/>${mermaidText(each.status)}"]`;
  const lines = ["flowchart TD", ...grouped(nodes, node, (group, at) => [`subgraph g${at}["group ${mermaidText(group)}"]`, "end"])];
  for (const [from, to] of edges) lines.push(`  n${from} --> n${to}`);
  for (const [at, { status }] of nodes.entries()) lines.push(`  style n${at} fill:${FILLS[status] ?? OTHER_FILL}`);
  return lines.join("\n");
}

/** The graph in Graphviz' language, DOT; tasks of a group stand in a box. */
export function toDot({ nodes, edges }: WorkflowGraph): string {
  const node = ({ name, status, id }: GraphNode, at: number) =>
    `n${at} [label="${dotText(name)}\\n${dotText(status)}", tooltip="${dotText(id)}", fillcolor="${FILLS[status] ?? OTHER_FILL}"];`;
  const boxes = grouped(nodes, node, (group, at) => [`subgraph cluster_${at} { label="group ${dotText(group)}";`, "}"]);
  const arrows = edges.map(([from, to]) => `  n${from} -> n${to};`);
  return ["digraph workflow {", "  node [shape=box, style=filled];", ...boxes, ...arrows, "}"].join("\n");
}

function grouped(
  nodes: readonly GraphNode[],
  line: (node: GraphNode, at: number) => string,
  box: (group: string, at: number) => readonly [open: string, close: string],
): string[] {
  const members = Map.groupBy(nodes.entries(), ([, { group }]) => group);
  return [...members].flatMap(([group, entries], boxAt) => {
    const lines = entries.map(([at, node]) => line(node, at));
    if (group === "") return lines.map((each) => `  ${each}`);
    const [open, close] = box(group, boxAt);
    return [`  ${open}`, ...lines.map((each) => `    ${each}`), `  ${close}`];
  });
}

function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} ._:/()-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function dotText(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").replace(/[\\"]/g, "\\$&");
}
