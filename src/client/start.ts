import type { AsyncResult } from "../app/async-result.ts";
import type { SignatureJson } from "../core/canvas/signature.ts";
import { toTagged } from "../core/wire/tagged-json.ts";
import type { Client } from "./client.ts";
import { GroupResult } from "./group-result.ts";

/** The answer of `POST /v1/canvas`: Celery's result tree. */
type ResultTree = { parent: ResultTree | null } & ({ task_id: string } | { group_id: string });

/**
 * Sends a canvas: a signature in Celery's JSON (what `json.dumps(sig)` gives in Python), or what has a `toJSON` that makes it; whole or not at all.
 *
 *     const result = await start(client, chain);
 *     await result?.get({ timeout: 10 });
 *
 * Answers the result of the last task, or that of a group with `parent` leading back to what came before it; null for a canvas of nothing. A function and no method, so that
 * programs without canvases need not bring it along. Like every submit it bears a nonce, by which it is made again without being doubled. Throws a `Problem` with the path of every fault, and `Unreachable`.
 */
export async function start<R = unknown>(
  client: Pick<Client, "request" | "AsyncResult">,
  signature: SignatureJson | { toJSON(): SignatureJson },
): Promise<AsyncResult<R> | GroupResult | null> {
  const body = JSON.stringify(toTagged(signature));
  const tree = await client.request<ResultTree | null>({ method: "POST", path: "/v1/canvas", body, repeatable: "nonce" });
  return tree === null ? null : resultOf<R>(tree, client);
}

function resultOf<R>(tree: ResultTree, client: Pick<Client, "request" | "AsyncResult">): AsyncResult<R> | GroupResult {
  if ("task_id" in tree) return client.AsyncResult<R>(tree.task_id);
  return new GroupResult(tree.group_id, client, tree.parent === null ? null : resultOf(tree.parent, client));
}
