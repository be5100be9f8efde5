import type { HttpContext } from "../parts.ts";

const JSON_TYPE = "application/json; charset=UTF-8";

/**
 * An answer of Flower's API: JSON text, with a strong `Etag` where the request is a GET, to which `If-None-Match` is answered with 304. It is to be
 * asked for again each time, for states change.
 */
export async function flowerAnswer(c: HttpContext, text: string, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  const headers: Record<string, string> = { "content-type": JSON_TYPE, "x-content-type-options": "nosniff", ...more };
  if (c.req.method !== "GET") return new Response(text, { headers: { ...headers, "cache-control": "no-store" } });
  const etag = await tagOf(text);
  const kept = { ...headers, etag, "cache-control": "private, no-cache" };
  if (!matches(c.req.raw.headers.get("if-none-match"), etag)) return new Response(text, { headers: kept });
  return new Response(null, { status: 304, headers: { etag, "cache-control": kept["cache-control"] } });
}

/** The answer to a control: `{"message": …}`. */
export function messageAnswer(c: HttpContext, message: string): Promise<Response> {
  return flowerAnswer(c, JSON.stringify({ message }));
}

async function tagOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return `"${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

function matches(header: string | null, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
