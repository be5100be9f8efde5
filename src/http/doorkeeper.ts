import type { Env } from "../env.ts";
import { isEventToken, TOKEN_SECONDS } from "./event-token.ts";
import { ALL_SCOPES, findDigest, findKey, type Keyring, MalformedKeys, openKeyring, type Scope } from "./keys.ts";
import { foreignOrigin, isForeign, requireLoopbackHost } from "./origin.ts";
import { Problem } from "./problem.ts";
import { sessionDigest } from "./session-cookie.ts";

/** Who asks: what they may do. */
export interface Visitor {
  scopes: ReadonlySet<Scope>;
  /** The key's name, for the log and the submit rate limit; never the key. Empty: there is no key. */
  name: string;
  /**
   * Counts tasks against the key's submit rate limit, beyond the one that every request to submit counts as. Absent: there is no limit. A request that was let in
   * is served: what it submits too much, the next one waits for.
   */
  countMore?: (tasks: number) => void;
}

/** Anybody, where keys are off. */
const ANYBODY: Visitor = { scopes: ALL_SCOPES, name: "" };
const NO_ORIGINS: readonly string[] = [];

/** Who has a token for the stream of events. */
const READER: Visitor = { scopes: new Set(["read"]), name: "of an event token" };

const CHALLENGE = { headers: { "www-authenticate": 'Bearer realm="celeriac", Basic realm="celeriac", charset="UTF-8"' } };

/**
 * Decides whether a request may come in. With `env.CELERIAC_LOCAL.open` no key is needed and the Host must be loopback; else a
 * key of the secret CELERIAC_KEYS is needed, as Bearer or as the password of Basic, or the cookie of a session (`session-cookie.ts`). A changing request from a foreign
 * web page also needs a valid Bearer key, which a page cannot send unknowingly, unless its origin is one of `trusted` (`http_cors_origins`). Answers at once,
 * without a promise, where keys are off.
 * @param now milliseconds since 1970: a session may be over
 * @throws Problem `foreign_host`, `unauthorized`, `foreign_origin`.
 */
export function admit(request: Request, env: Env, now: number, trusted: readonly string[] = NO_ORIGINS): Visitor | Promise<Visitor> {
  if (env.CELERIAC_LOCAL?.open !== true) return admitWithKey(request, env, now, trusted);
  requireLoopbackHost(request);
  return isForeign(request, trusted) ? admitForeign(request, env) : ANYBODY;
}

/**
 * The same for the stream of events, which may come with a token instead (`eventTokenOf`): it may be read, and nothing else.
 * @param now milliseconds since 1970
 * @throws Problem `foreign_host`, `unauthorized`
 */
export async function admitToken(request: Request, env: Env, token: string, now: number): Promise<Visitor> {
  if (env.CELERIAC_LOCAL?.open === true) return admit(request, env, now);
  if (await isEventToken(env, token, now)) return READER;
  const message = `The token is none, or over: get one from POST /v1/events/token, and connect within ${TOKEN_SECONDS} seconds.`;
  throw new Problem("unauthorized", message, CHALLENGE);
}

/** Refuses a visitor without the scope. @throws Problem `missing_scope`. */
export function requireScope(visitor: Visitor, scope: Scope, purpose: string): void {
  if (visitor.scopes.has(scope)) return;
  const has = visitor.scopes.size === 0 ? "none" : [...visitor.scopes].join(", ");
  throw new Problem("missing_scope", `${purpose} needs a key with the scope \`${scope}\`; this key has ${has}.`);
}

/** The key that a request has as Bearer. */
export function bearerKey(request: Request): string | undefined {
  const credential = readCredential(request.headers.get("authorization"));
  return credential?.scheme === "bearer" ? credential.key : undefined;
}

/** Host check alone, for what needs no key. @throws Problem `foreign_host`. */
export function checkHost(request: Request, env: Env): void {
  if (env.CELERIAC_LOCAL?.open === true) requireLoopbackHost(request);
}

async function admitWithKey(request: Request, env: Env, now: number, trusted: readonly string[]): Promise<Visitor> {
  const keyring = await keyringOf(env);
  const credential = readCredential(request.headers.get("authorization"));
  if (credential === undefined) {
    const session = request.headers.has("cookie") ? await sessionDigest(request, env, now) : undefined;
    const visitor = session && findDigest(keyring, session);
    if (visitor !== undefined && isForeign(request, trusted)) throw foreignOrigin(request);
    if (visitor !== undefined) return visitor;
    throw new Problem("unauthorized", "Send a key as `Authorization: Bearer <key>`, or as the password of Basic.", CHALLENGE);
  }
  const visitor = await findKey(keyring, credential.key);
  if (visitor === undefined) throw new Problem("unauthorized", "The key is not one of the secret CELERIAC_KEYS.", CHALLENGE);
  if (credential.scheme !== "bearer" && isForeign(request, trusted)) throw foreignOrigin(request);
  return visitor;
}

async function admitForeign(request: Request, env: Env): Promise<Visitor> {
  const credential = readCredential(request.headers.get("authorization"));
  if (credential?.scheme !== "bearer" || !hasSecret(env)) throw foreignOrigin(request);
  const visitor = await findKey(await keyringOf(env), credential.key);
  if (visitor === undefined) throw foreignOrigin(request);
  return visitor;
}

function hasSecret(env: Env): boolean {
  return typeof env.CELERIAC_KEYS === "string" && env.CELERIAC_KEYS.trim() !== "";
}

// One secret a deployment; kept with its text because tests and previews may hand in another.
// The keyring, and not a promise of it: one request must not wait for the I/O of another.
let opened: { secret: string; keyring: Keyring } | undefined;

async function keyringOf(env: Env): Promise<Keyring> {
  const secret = env.CELERIAC_KEYS;
  if (typeof secret !== "string" || !hasSecret(env)) {
    const how =
      "No key is configured. Set one with `wrangler secret put CELERIAC_KEYS` (a long random text; for `wrangler dev` a line `CELERIAC_KEYS=…` in `.dev.vars`), then send it as `Authorization: Bearer <key>`.";
    throw new Problem("unauthorized", how, CHALLENGE);
  }
  if (opened?.secret === secret) return opened.keyring;
  try {
    const keyring = await openKeyring(secret);
    opened = { secret, keyring };
    return keyring;
  } catch (error) {
    if (!(error instanceof MalformedKeys)) throw error;
    const forms = 'one key, `key:submit+read,key2:read` or {"key": ["submit", "read", "control"]}';
    throw new Problem("unauthorized", `The secret CELERIAC_KEYS cannot be read: ${error.message}. Set it again as ${forms}.`, CHALLENGE);
  }
}

function readCredential(header: string | null): { scheme: "bearer" | "basic"; key: string } | undefined {
  const match = /^(bearer|basic) +([!-~]+) *$/i.exec(header ?? "");
  const token = match?.[2];
  if (token === undefined) return undefined;
  if (match?.[1]?.toLowerCase() === "bearer") return { scheme: "bearer", key: token };
  const key = readPassword(token);
  return key === undefined || key === "" ? undefined : { scheme: "basic", key };
}

function readPassword(token: string): string | undefined {
  try {
    const pair = new TextDecoder().decode(Uint8Array.from(atob(token), (letter) => letter.charCodeAt(0)));
    const colon = pair.indexOf(":");
    return colon < 0 ? undefined : pair.slice(colon + 1);
  } catch {
    return undefined;
  }
}
