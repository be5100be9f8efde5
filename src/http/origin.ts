import { Problem } from "./problem.ts";

/** The host and port a request was addressed to, as its Host header says, or else its address. */
export function hostOf(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

/**
 * Lets through only requests addressed to this machine by name: localhost, 127.0.0.1 and [::1], any port. A web page
 * whose own name was made to resolve to loopback (DNS rebinding) sends that name.
 * @throws Problem `foreign_host`.
 */
export function requireLoopbackHost(request: Request): void {
  const host = hostOf(request);
  if (/^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host)) return;
  const message = `Without keys only the hosts localhost, 127.0.0.1 and [::1] are answered, got ${JSON.stringify(host.slice(0, 100))}.`;
  throw new Problem("foreign_host", message);
}

/**
 * Tells whether a request that may change something was sent by a web page of another origin: its `Origin` names
 * another host or port (or is `null`), or `Sec-Fetch-Site` says `cross-site` or `same-site`. GET, HEAD and OPTIONS change nothing, and
 * pages of `trusted` origins are not foreign.
 */
export function isForeign(request: Request, trusted: readonly string[] = []): boolean {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return false;
  const origin = request.headers.get("origin");
  if (origin !== null && trusted.includes(origin)) return false;
  const site = request.headers.get("sec-fetch-site");
  if (site === "cross-site" || site === "same-site") return true;
  return origin !== null && !isSameHost(origin, hostOf(request));
}

function isSameHost(origin: string, host: string): boolean {
  const sender = parseUrl(origin);
  if (sender === undefined || sender.host === "") return false;
  // Parsed under the same scheme, so that a default port that one of them spells out is no difference.
  return parseUrl(`${sender.protocol}//${host}`)?.host === sender.host;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** The refusal of such a request. */
export function foreignOrigin(request: Request): Problem {
  const origin = request.headers.get("origin");
  const came = origin === null ? "Sec-Fetch-Site says that another site sent it" : `got the origin ${JSON.stringify(origin.slice(0, 100))}`;
  return new Problem(
    "foreign_origin",
    `A web page may only reach the queue on its own host; ${came}. Send a key as \`Authorization: Bearer <key>\`.`,
  );
}
