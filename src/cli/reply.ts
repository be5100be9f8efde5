import { type Document, isRecord, textOf } from "./document.ts";
import type { Terminal } from "./terminal.ts";

/** Prints what one node answered as `celery inspect` does: a heading, then its body with indents. */
export function printReply(terminal: Terminal, node: string, body?: unknown): void {
  terminal.print(`${terminal.paint("cyan", "->")}  ${node}: ${terminal.paint("green", "OK")}`);
  for (const line of bodyLines(body)) terminal.print(`    ${line}`);
}

/** Prints how many nodes have answered. */
export function printOnline(terminal: Terminal, count: number): void {
  terminal.print();
  terminal.print(`${count} ${count === 1 ? "node" : "nodes"} online.`);
}

/** The nodes of an answer in Celery's shape, `{"celery@host": …}`. */
export function nodesOf(answer: unknown): [node: string, body: unknown][] {
  return isRecord(answer) ? Object.entries(answer) : [];
}

/** A list as `* …` lines, an empty one as `- empty -`; Celery's `{"ok": "pong"}` as its text; all else as JSON. */
function bodyLines(body: unknown): string[] {
  if (body === undefined) return [];
  if (Array.isArray(body)) return body.length === 0 ? ["- empty -"] : body.map((item) => `* ${textOf(item)}`);
  if (!isRecord(body)) return textOf(body).split("\n");
  const said = saidOf(body);
  return said === undefined ? JSON.stringify(body, undefined, 2).split("\n") : said.split("\n");
}

function saidOf(body: Document): string | undefined {
  const [first, second] = Object.entries(body);
  if (first === undefined || second !== undefined) return undefined;
  const [key, value] = first;
  return (key === "ok" || key === "error") && typeof value === "string" ? value : undefined;
}
