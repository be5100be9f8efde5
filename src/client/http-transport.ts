import type { ResultTransport } from "../app/result-connection.ts";
import type { Forgotten, Revocation } from "../app/transport.ts";
import type { Lookup } from "../core/result.ts";
import { readResultDocument } from "../core/wire/read-result-document.ts";
import { ExpiredProblem, UnfinishedProblem, UnknownIdProblem } from "./problem.ts";
import type { Requester } from "./requester.ts";

/** Reads, revokes and forgets results over HTTP: what `AsyncResult` stands on. */
export function httpTransport(requester: Requester): ResultTransport {
  return {
    async result(id, waitSeconds): Promise<Lookup> {
      const wait = waitSeconds > 0 ? `?wait=${Math.ceil(waitSeconds * 1000) / 1000}` : "";
      const path = `/v1/results/${encodeURIComponent(id)}${wait}`;
      try {
        const { text } = await requester.ask({ method: "GET", path, waitSeconds });
        return { found: true, record: readResultDocument(JSON.parse(text)) };
      } catch (error) {
        return { found: false, why: whyGone(error) };
      }
    },
    async forget(id): Promise<Forgotten> {
      try {
        await requester.ask({ method: "DELETE", path: `/v1/results/${encodeURIComponent(id)}` });
        return "forgotten";
      } catch (error) {
        return error instanceof UnfinishedProblem ? "unfinished" : whyGone(error);
      }
    },
    revoke(ids, { terminate = false } = {}): Promise<Revocation[]> {
      return Promise.all(ids.map((id) => revokeOne(requester, id, terminate)));
    },
  };
}

async function revokeOne(requester: Requester, id: string, terminate: boolean): Promise<Revocation> {
  const path = `/v1/results/${encodeURIComponent(id)}/revoke`;
  try {
    const { text } = await requester.ask({ method: "POST", path, body: JSON.stringify({ terminate }) });
    const { revocation }: { revocation: Revocation } = JSON.parse(text);
    return revocation;
  } catch (error) {
    return whyGone(error);
  }
}

/** @throws the error, when it is about anything else */
function whyGone(error: unknown): "unknown" | "expired" {
  if (error instanceof UnknownIdProblem) return "unknown";
  if (error instanceof ExpiredProblem) return "expired";
  throw error;
}
