/** A request that nobody in his right mind sends: what `fetch` and Hono's `request` take. */
export interface HostileRequest {
  method: string;
  /** From the slash on. */
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** A source of chance: a number from 0 to 1, the same sequence for the same seed. */
export type Chance = () => number;

/** A seeded source of chance (mulberry32: 32 bits of state, far more than enough to vary requests). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
/** Names that lead somewhere, here or there. */
const KNOWN = ["tasks.print_task", "tasks.any", "tasks.add", "celery", "00000000-0000-4000-8000-000000000000"];
const NAMES = [
  "__proto__",
  "constructor",
  "..%2f..%2fetc",
  "%00",
  "%ff%fe",
  "%",
  "%zz",
  "%F0%9F%92%A5",
  "%E2%80%AE",
  "'%20OR%201=1--",
  "%3Cscript%3E",
  "a".repeat(2_000),
  "%0d%0aset-cookie:x",
  "-1",
  "NaN",
  ":id",
  "*",
];
const TYPES = [
  "application/json",
  "application/x-ndjson",
  "application/json; charset=utf-16",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain",
  "application/x-python-serialize",
  "",
  ";;;",
];
const QUERIES = [
  "",
  "",
  "",
  "?wait=0",
  "?wait=-1",
  "?wait=1e9999",
  "?wait=%00",
  "?limit=1e9&cursor=%ff",
  "?__proto__[x]=1",
  `?q=${"x".repeat(3_000)}`,
  "?%",
];
const ODD_HEADERS: ReadonlyArray<readonly [string, string]> = [
  ["prefer", "wait=0, wait=;;"],
  ["idempotency-key", "k".repeat(300)],
  ["celeriac-nonce", "no; attempt=-1; age=NaN"],
  ["authorization", "Basic %%%"],
  ["authorization", "Bearer \u00e9"],
  ["origin", "http://[::"],
  ["sec-fetch-site", "cross-site"],
  ["if-none-match", '"'.repeat(100)],
  ["accept", "a/b;q=x"],
  ["last-event-id", "-1"],
  ["content-encoding", "gzip"],
  ["x-forwarded-host", "evil.example"],
];
const KEYS = [
  "args",
  "kwargs",
  "countdown",
  "eta",
  "expires",
  "queue",
  "priority",
  "task",
  "task_id",
  "schedule",
  "status",
  "since",
  "rate_limit",
  "headers",
  "stamps",
  "__proto__",
  "terminate",
  "dry_run",
  "constructor",
  "count",
  "timezone",
  "cursor",
  "limit",
];

/**
 * One hostile request for the route: chance decides what is wrong with it, and sometimes nothing is. `id`, if there is one, is an id that was given:
 * it stands now and then where the path has a name.
 */
export function hostileRequest(route: { method: string; path: string }, chance: Chance, id?: string): HostileRequest {
  const known = id === undefined ? KNOWN : [...KNOWN, id, id, id, id];
  const path = route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, () => pick(chance() < 0.5 ? known : NAMES, chance)) + pick(QUERIES, chance);
  const method = chance() < 0.8 ? route.method : pick(METHODS, chance);
  const headers: Record<string, string> = {};
  if (chance() < 0.2) {
    const [name, value] = pick(ODD_HEADERS, chance);
    headers[name] = value;
  }
  if (method === "GET" || method === "HEAD") return { method, path, headers };
  const type = chance() < 0.7 ? "application/json" : pick(TYPES, chance);
  if (type !== "") headers["content-type"] = type;
  return { method, path, headers, body: hostileBody(chance) };
}

function hostileBody(chance: Chance): string | Uint8Array<ArrayBuffer> {
  const kind = chance();
  if (kind < 0.15) return Uint8Array.from({ length: Math.floor(chance() * 400) }, () => Math.floor(chance() * 256));
  if (kind < 0.2) return nested(pick([10, 199, 200, 201, 5_000, 100_000], chance), chance);
  if (kind < 0.21) return JSON.stringify({ args: ["x".repeat(1_100_000)] });
  if (kind < 0.25) return JSON.stringify(Array.from({ length: 500 }, () => hostileObject(chance)));
  const text = JSON.stringify(chance() < 0.8 ? hostileObject(chance) : hostileValue(chance, 0));
  // Cut short, or with a letter that does not belong there.
  if (kind < 0.35) return text.slice(0, Math.floor(chance() * text.length));
  if (kind < 0.4) return text.replace(/[{}[\],:"]/, pick(["\u0000", "\ud800", ",", "{"], chance));
  return text;
}

function nested(depth: number, chance: Chance): string {
  return chance() < 0.5 ? `{"args":${"[".repeat(depth)}${"]".repeat(depth)}}` : `${'{"args":'.repeat(depth)}1${"}".repeat(depth)}`;
}

function hostileObject(chance: Chance): Record<string, unknown> {
  // Entries, not assignment: `__proto__` is to be a key.
  return Object.fromEntries(Array.from({ length: Math.floor(chance() * 5) }, () => [pick(KEYS, chance), hostileValue(chance, 0)]));
}

function hostileValue(chance: Chance, depth: number): unknown {
  const leaf = pick(
    [null, true, 0, -1, 1e308, 0.1, 2 ** 53, "", "tasks.add", "celery", "2026-12-24T18:00:00Z", "9".repeat(400), "\ud800", "\u202e\u0000"],
    chance,
  );
  if (depth > 3 || chance() < 0.6) return leaf;
  if (chance() < 0.5) return Array.from({ length: Math.floor(chance() * 4) }, () => hostileValue(chance, depth + 1));
  return Object.fromEntries([[pick(KEYS, chance), hostileValue(chance, depth + 1)]]);
}

function pick<T>(list: readonly T[], chance: Chance): T {
  // `chance` is below 1, and no list here is empty.
  return list[Math.floor(chance() * list.length)] as T;
}
