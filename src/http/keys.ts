/** What a key allows: to submit tasks, to read results and lists, to steer (revoke, purge, pause). */
export type Scope = "submit" | "read" | "control";

/** All of them: what a key without scopes of its own may do, and everybody at the local runner. */
export const ALL_SCOPES: ReadonlySet<Scope> = new Set(["submit", "read", "control"]);

/** The keys of one secret, by the SHA-256 of each. */
export type Keyring = ReadonlyArray<{ digest: Uint8Array; scopes: ReadonlySet<Scope> }>;

/** A secret that cannot be read: it opens nothing. The message never quotes it. */
export class MalformedKeys extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedKeys";
  }
}

/**
 * Reads the secret CELERIAC_KEYS, in one of three forms: one key alone, which has all scopes (`k1`; it holds no comma, colon,
 * brace or space); `k1:submit+read,k2:read`; or JSON, `{"k1": ["submit", "read"], "k2": ["read"]}`. A key is printable ASCII without spaces.
 * Nothing but white space is no keys at all.
 * @throws MalformedKeys for anything else: an empty or doubled key, an unknown scope, a key without scopes in a list.
 */
export function readKeys(secret: string): Map<string, ReadonlySet<Scope>> {
  const text = secret.trim();
  const keys = new Map<string, ReadonlySet<Scope>>();
  if (text === "") return keys;
  for (const [key, scopes] of entriesOf(text)) {
    if (!/^[!-~]+$/.test(key)) throw new MalformedKeys("a key must be printable ASCII without spaces, and not empty");
    if (keys.has(key)) throw new MalformedKeys("a key is given twice");
    keys.set(key, readScopes(scopes));
  }
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
  return Promise.all(keys.map(async ([key, scopes]) => ({ digest: await sha256(key), scopes })));
}

/**
 * Finds what a key may do; undefined when it is none of the keyring. Every key is compared, by its digest and to the
 * last byte, so that the time taken tells nothing about how near a guess is.
 */
export async function findScopes(keyring: Keyring, key: string): Promise<ReadonlySet<Scope> | undefined> {
  const digest = await sha256(key);
  let found: ReadonlySet<Scope> | undefined;
  for (const entry of keyring) {
    if (sameBytes(entry.digest, digest)) found = entry.scopes;
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
