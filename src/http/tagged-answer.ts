/**
 * An answer of text that a client may keep and ask for again: it has an `ETag`, and 304 without a body comes when the request's `If-None-Match`
 * names it (RFC 9110, 13.1.2; weak comparison). `type` defaults to JSON. `cacheControl` defaults to `no-cache`: keep it, but ask each time.
 */
export async function taggedAnswer(
  request: Request,
  text: string,
  { type = "application/json", cacheControl = "no-cache", headers = {} }: TaggedOptions = {},
): Promise<Response> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const etag = `"${Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
  const own = { etag, "cache-control": cacheControl, "x-content-type-options": "nosniff", ...headers };
  if (names(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers: own });
  return new Response(text, { headers: { ...own, "content-type": type } });
}

interface TaggedOptions {
  type?: string;
  cacheControl?: string;
  headers?: Readonly<Record<string, string>>;
}

function names(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
