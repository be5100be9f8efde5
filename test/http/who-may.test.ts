import { describe, expect, it } from "vitest";
import { ALL_ROUTES, NO_ENTRIES, pathOf } from "./routes.ts";
import { type FakeBroker, OPEN, setup } from "./setup.ts";

// Of each scope a key that has all others.
const KEYS = "all:submit+read+control,no-submit:read+control,no-read:submit+control,no-control:submit+read";
const guarded = ALL_ROUTES.filter(({ access }) => access !== "public").map((route) => ({
  ...route,
  name: `${route.method} ${route.path}`,
}));

// A door for each set of variables, made once: to make one for each request takes longer than all the requests.
const doors = new Map<string, ReturnType<typeof setup>>();

async function ask(route: (typeof guarded)[number], headers: Record<string, string>, variables: NonNullable<Parameters<typeof setup>[0]>) {
  const name = JSON.stringify(variables);
  const door = doors.get(name) ?? setup({ ...NO_ENTRIES, ...variables });
  doors.set(name, door);
  const { send, broker } = door;
  const before = askedOf(broker);
  const answer = await send(pathOf(route), { method: route.method, headers });
  return { status: answer.status, untouched: askedOf(broker) === before };
}

/** How much a broker has been asked so far. */
function askedOf({ submits, lookups, steered, revokes, filters, purged }: FakeBroker): number {
  return [submits, lookups, steered, revokes, filters, purged].reduce((sum, asked) => sum + asked.length, 0);
}

describe("public without a key", () => {
  it("are the routes that tell nothing of tasks, and no others", () => {
    const open = ALL_ROUTES.filter(({ access }) => access === "public").map(({ method, path }) => `${method} ${path}`);
    expect(open.toSorted()).toEqual([
      "DELETE /v1/session",
      "GET /docs",
      "GET /docs/page.css",
      "GET /docs/page.js",
      "GET /healthcheck",
      "GET /openapi.json",
    ]);
  });
});

describe.each(guarded)("$name", (route) => {
  it("is 401 without a key, with a revoked or made up one, and where none is configured", async () => {
    const headers: Array<Record<string, string>> = [{}, { authorization: "Bearer old" }, { authorization: `Basic ${btoa("x:old")}` }];
    for (const header of headers) {
      for (const secret of [KEYS, "", undefined, "{"]) {
        expect(await ask(route, header, { CELERIAC_KEYS: secret })).toEqual({ status: 401, untouched: true });
      }
    }
  });

  it("is 401 with a key that was taken out of the secret", async () => {
    const key = { authorization: "Bearer old" };
    expect((await ask(route, key, { CELERIAC_KEYS: `${KEYS},old:submit+read+control` })).status).not.toBe(401);
    expect(await ask(route, key, { CELERIAC_KEYS: KEYS })).toEqual({ status: 401, untouched: true });
  });

  it("is 403 with a key of the other scopes", async () => {
    const lacking = await ask(route, { authorization: `Bearer no-${route.access}` }, { CELERIAC_KEYS: KEYS });
    // Where any key will do there is none of other scopes, and this one is made up.
    expect(lacking).toEqual({ status: route.access === "any key" ? 401 : 403, untouched: true });
    const { status } = await ask(route, { authorization: "Bearer all" }, { CELERIAC_KEYS: KEYS });
    // Celery's own worker answers these with 403 to everybody (src/FLOWER.md).
    if (!route.path.startsWith("/api/worker/")) expect([401, 403]).not.toContain(status);
  });

  it("is 403 to a page of another origin that carries no Bearer key, if it changes anything", async () => {
    const pages: Array<Record<string, string>> = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const foreign of pages) {
      const basic = { authorization: `Basic ${btoa("x:all")}` };
      const keyless = await ask(route, { ...foreign }, OPEN);
      const known = await ask(route, { ...foreign, ...basic }, { CELERIAC_KEYS: KEYS });
      if (route.method === "GET") expect([keyless.status, known.status]).not.toContain(403);
      else expect([keyless, known]).toEqual(Array(2).fill({ status: 403, untouched: true }));
    }
  });

  it("is 403 under a foreign host where keys are off", async () => {
    expect(await ask(route, { host: "rebound.example" }, OPEN)).toEqual({ status: 403, untouched: true });
  });
});
