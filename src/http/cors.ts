/** Cross-origin requests of web pages (the Fetch standard's CORS), for the origins of `http_cors_origins` alone. Off by default: no header is sent. */

const METHODS = "GET, HEAD, POST, PUT, DELETE";
const TAKEN = "authorization, content-type, idempotency-key, celeriac-nonce, last-event-id, prefer, if-none-match";
const SHOWN = "location, retry-after, ratelimit, ratelimit-policy, etag, allow, www-authenticate";
/** How long a browser may remember a preflight: so long an origin that was taken out may still ask, and is refused then. */
const MEMORY_SECONDS = 600;

/**
 * The headers that an answer gets. Pages of listed origins may read it; the others may not, and are told nothing. Never with credentials: a page sends its key
 * itself. `Vary` as soon as any origin is listed, since answers then differ by it.
 */
export function corsHeaders(request: Request, origins: readonly string[]): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  const origin = request.headers.get("origin");
  if (origin === null || !origins.includes(origin)) return { vary: "Origin" };
  return { vary: "Origin", "access-control-allow-origin": origin, "access-control-expose-headers": SHOWN };
}

/**
 * Answers a preflight of a listed origin, 204 without a key: it tells only what any page of that origin may try. Undefined for every other request, which is
 * then answered like any `OPTIONS`.
 */
export function preflightAnswer(request: Request, origins: readonly string[]): Response | undefined {
  const origin = request.headers.get("origin");
  if (request.method !== "OPTIONS" || origin === null || !request.headers.has("access-control-request-method")) return undefined;
  if (!origins.includes(origin)) return undefined;
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": METHODS,
      "access-control-allow-headers": TAKEN,
      "access-control-max-age": String(MEMORY_SECONDS),
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    },
  });
}
