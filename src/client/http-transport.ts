import type { ResultTransport } from "../app/result-connection.ts";
import type { Forgotten, Revocation } from "../app/transport.ts";
import type { Lookup } from "../core/result.ts";
import { readResultDocument } from "../core/wire/read-result-document.ts";
import { Problem } from "./problem.ts";
import { segment } from "./query.ts";
import type { Requester } from "./requester.ts";

/** Reads, revokes and forgets results over HTTP: what `AsyncResult` stands on. */
export function httpTransport(requester: Requester): ResultTransport {
  return {
    async result(id, waitSeconds): Promise<Lookup> {
      const wait = Math.ceil(waitSeconds * 1000) / 1000 || undefined;
      try {
        return { found: true, record: readResultDocument(await requester.get(at(id), { wait }, waitSeconds)) };
      } catch (error) {
        return { found: false, why: whyGone(error) };
      }
    },
    async forget(id): Promise<Forgotten> {
      try {
        await requester.ask({ method: "DELETE", path: at(id) });
        return "forgotten";
      } catch (error) {
        return codeOf(error) === "unfinished" ? "unfinished" : whyGone(error);
      }
    },
    revoke(ids, { terminate = false } = {}): Promise<Revocation[]> {
      return Promise.all(ids.map((id) => revokeOne(requester, id, terminate)));
    },
  };
}

async function revokeOne(requester: Requester, id: string, terminate: boolean): Promise<Revocation> {
  try {
    return (await requester.post<{ revocation: Revocation }>(`${at(id)}/revoke`, { terminate })).revocation;
  } catch (error) {
    return whyGone(error);
  }
}

function at(id: string): string {
  return `/v1/results/${segment(id)}`;
}

/** @throws the error, when it is about anything else */
function whyGone(error: unknown): "unknown" | "expired" {
  const code = codeOf(error);
  if (code === "unknown_id") return "unknown";
  if (code === "expired") return code;
  throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Problem ? error.code : undefined;
}
