import type { Env } from "../env.ts";

/** How long the dashboard's session lasts: seconds. */
export const SESSION_SECONDS = 12 * 3600;

const NAME = "celeriac_session";
const PATH = "/v1";
const LABEL = "celeriac dashboard session\n";
const FORM = /^([0-9a-z]{1,11})\.([0-9a-f]{64})\.([0-9a-f]{64})$/;

/**
 * The cookie that stands for a key until an instant (milliseconds since 1970): that instant and the key's SHA-256, signed (HMAC-SHA-256) with a key that is derived from the secret
 * CELERIAC_KEYS, so that a new secret ends all sessions. No script can read it, no other site has it sent, and it is for `/v1` alone.
 */
export async function makeSessionCookie(request: Request, env: Env, key: string, until: number): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encode(key)));
  const text = `${until.toString(36)}.${hexOf(digest)}`;
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", await signingKey(env), encode(text)));
  return cookie(request, `${text}.${hexOf(signature)}`, SESSION_SECONDS);
}

/** The cookie that takes a session away. */
export function endedSessionCookie(request: Request): string {
  return cookie(request, "", 0);
}

/** The SHA-256 of the key that a request's session stands for; undefined: it has none, or one that is over or not ours. */
export async function sessionDigest(request: Request, env: Env, now: number): Promise<Uint8Array | undefined> {
  const value = new RegExp(`(?:^|;) *${NAME}=([^; ]+)`).exec(request.headers.get("cookie") ?? "")?.[1];
  const [, until, digest, signature] = FORM.exec(value ?? "") ?? [];
  if (until === undefined || digest === undefined || signature === undefined || Number.parseInt(until, 36) < now) return undefined;
  const isOurs = await crypto.subtle.verify("HMAC", await signingKey(env), bytesOf(signature), encode(`${until}.${digest}`));
  return isOurs ? bytesOf(digest) : undefined;
}

function cookie(request: Request, value: string, seconds: number): string {
  // Over plain HTTP, as on loopback, a browser would not keep a Secure one.
  const secure = new URL(request.url).protocol === "https:" ? "; Secure" : "";
  return `${NAME}=${value}; Path=${PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

async function signingKey(env: Env): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest("SHA-256", encode(LABEL + (env.CELERIAC_KEYS ?? "")));
  return crypto.subtle.importKey("raw", digest, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
