import type { Env } from "../env.ts";

/** How long a token opens a stream: seconds. What it has opened goes on. */
export const TOKEN_SECONDS = 60;

const PATH = "/v1/events";
const LABEL = "celeriac event stream\n";

/**
 * Makes a token that opens `GET /v1/events` until an instant (milliseconds since 1970), and nothing else: that instant, signed (HMAC-SHA-256) with a key that is derived from
 * the secret CELERIAC_KEYS, so that a new secret ends all tokens.
 */
export async function makeEventToken(env: Env, until: number): Promise<string> {
  const text = until.toString(36);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(env), encode(text)));
  return `${text}.${Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Whether a token was made with this secret and is not over. Compared in constant time; without a secret none is. */
export async function isEventToken(env: Env, token: string, now: number): Promise<boolean> {
  const [, text, signature] = /^([0-9a-z]{1,11})\.([0-9a-f]{64})$/.exec(token) ?? [];
  if (text === undefined || signature === undefined || (env.CELERIAC_KEYS ?? "").trim() === "") return false;
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  return (await crypto.subtle.verify("HMAC", await keyOf(env), bytes, encode(text))) && Number.parseInt(text, 36) >= now;
}

/** The token of a request that may come with one instead of a key; undefined: it needs a key. */
export function eventTokenOf(request: Request): string | undefined {
  // Reading an address costs what all other checks of a submit cost together.
  if (request.method !== "GET") return undefined;
  const url = new URL(request.url);
  if (url.pathname !== PATH || request.headers.has("authorization")) return undefined;
  return url.searchParams.get("token") ?? undefined;
}

async function keyOf(env: Env): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest("SHA-256", encode(LABEL + (env.CELERIAC_KEYS ?? "")));
  return crypto.subtle.importKey("raw", digest, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
