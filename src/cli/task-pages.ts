import { CliError } from "./cli-error.ts";
import { type Document, isRecord, listOf } from "./document.ts";
import type { Session } from "./session.ts";

const PAGE = 500;

/**
 * The result documents that a filter means, newest first, page by page, until there are so many or no more. A page may be empty: the deployment
 * reads a bounded part of its book for each.
 */
export async function* taskPages(
  { server, signal }: Session,
  filter: Readonly<Record<string, string>>,
  limit: number,
): AsyncGenerator<Document[]> {
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    if (signal.aborted) throw new CliError("interrupted", 130);
    const answer = await server.get("/v1/results", { ...filter, limit: Math.min(left, PAGE), cursor });
    const page = listOf(answer, "results").slice(0, left);
    left -= page.length;
    yield page;
    const next = isRecord(answer) ? answer.cursor : undefined;
    if (typeof next !== "string") return;
    cursor = next;
  }
}
