import { isPlainObject } from "../core/json-value.ts";

/** What a key allows: to submit tasks, to read results and lists, to steer (revoke, purge, pause). */
export type Scope = "submit" | "read" | "control";

/** All of them: what a key without scopes of its own may do, and everybody at the local runner. */
export const ALL_SCOPES: ReadonlySet<Scope> = new Set(["submit", "read", "control"]);

/** What a secret says of a key. */
export interface KeyTerms {
  scopes: ReadonlySet<Scope>;
  /** What the log calls it; absent: the first eight digits of its SHA-256. Keys of one name are one to the submit rate limit. */
  name?: string;
}

/** A key that was found: who holds it is `name`. */
export interface KnownKey {
  name: string;
  scopes: ReadonlySet<Scope>;
}

/** The keys of one secret, by the SHA-256 of each. */
export type Keyring = ReadonlyArray<{ digest: Uint8Array; known: KnownKey }>;

/** A secret that cannot be read: it opens nothing. The message never quotes it. */
export class MalformedKeys extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedKeys";
  }
}

/**
 * Reads the secret CELERIAC_KEYS, in one of three forms: one key alone, which has all scopes (`k1`; it holds no comma, colon,
 * brace or space); `k1:submit+read,k2:read`; or JSON, `{"k1": ["submit", "read"], "k2": { "name": "shop", "scopes": ["read"] }}`. A key is printable ASCII without spaces.
 * Nothing but white space is no keys at all.
 * A name is 1 to 64 letters, digits and `._-`; several keys may share one, as when the old and the new one overlap.
 * @throws MalformedKeys for anything else: an empty or doubled key, an unknown scope, a key without scopes in a list.
 */
export function readKeys(secret: string): Map<string, KeyTerms> {
  const text = secret.trim();
  const keys = new Map<string, KeyTerms>();
  if (text === "") return keys;
  for (const [key, terms] of entriesOf(text)) {
    if (!/^[!-~]+$/.test(key)) throw new MalformedKeys("a key must be printable ASCII without spaces, and not empty");
    if (keys.has(key)) throw new MalformedKeys("a key is given twice");
    keys.set(key, readTerms(terms));
  }
  // A name is written to the log.
  if ([...keys.values()].some(({ name }) => name !== undefined && keys.has(name))) throw new MalformedKeys("a key is named like a key");
  if (keys.size === 0) throw new MalformedKeys("it holds no key");
  return keys;
}

function entriesOf(text: string): Array<[string, unknown]> {
  if (/^[[{"]/.test(text)) {
    const value = parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new MalformedKeys("as JSON it must be an object");
    return Object.entries(value);
  }
  if (!/[:,]/.test(text)) return [[text, [...ALL_SCOPES]]];
  return text.split(",").map((item) => {
    const colon = item.lastIndexOf(":");
    if (colon < 0) throw new MalformedKeys("in a list each key needs its scopes, such as `key:submit+read`");
    return [
      item.slice(0, colon).trim(),
      item
        .slice(colon + 1)
        .trim()
        .split("+"),
    ];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the secret.
    throw new MalformedKeys("it begins like JSON and is none");
  }
}

function readTerms(value: unknown): KeyTerms {
  if (!isPlainObject(value)) return { scopes: readScopes(value) };
  const { name, scopes, ...others } = value;
  if (Object.keys(others).length > 0) throw new MalformedKeys("what a key is described by must be its `name` and `scopes` alone");
  if (name === undefined) return { scopes: readScopes(scopes) };
  if (typeof name !== "string" || !/^[\w.-]{1,64}$/.test(name)) {
    throw new MalformedKeys("the name of a key must be 1 to 64 letters, digits and ._-");
  }
  return { name, scopes: readScopes(scopes) };
}

function readScopes(value: unknown): ReadonlySet<Scope> {
  if (!Array.isArray(value)) throw new MalformedKeys("the scopes of a key must be an array");
  const scopes = new Set<Scope>();
  for (const name of value) {
    const scope = [...ALL_SCOPES].find((known) => known === name);
    if (scope === undefined) throw new MalformedKeys("a scope must be submit, read or control");
    scopes.add(scope);
  }
  return scopes;
}

/** Reads the secret and digests its keys. Done once for each secret an isolate sees. */
export async function openKeyring(secret: string): Promise<Keyring> {
  const keys = [...readKeys(secret)];
  return Promise.all(
    keys.map(async ([key, { name, scopes }]) => {
      const digest = await sha256(key);
      return { digest, known: { name: name ?? nameOf(digest), scopes } };
    }),
  );
}

/** The name of a key that has none: eight hexadecimal digits, as `printf %s "$KEY" | sha256sum | cut -c1-8` prints them. */
function nameOf(digest: Uint8Array): string {
  return Array.from(digest.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Finds a key; undefined when it is none of the keyring. Every key is compared, by its digest and to the
 * last byte, so that the time taken tells nothing about how near a guess is.
 */
export async function findKey(keyring: Keyring, key: string): Promise<KnownKey | undefined> {
  return findDigest(keyring, await sha256(key));
}

/** The key that has this SHA-256. All are compared, so that the time tells nothing. */
export function findDigest(keyring: Keyring, digest: Uint8Array): KnownKey | undefined {
  let found: KnownKey | undefined;
  for (const entry of keyring) {
    if (sameBytes(entry.digest, digest)) found = entry.known;
  }
  return found;
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

// Written out, and not `timingSafeEqual`, because that is not the same function in Workers and in Node.
function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}
