import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/core/config.ts";
import { OPEN, setup } from "./setup.ts";

const SHOP = "https://shop.example";
const SUBMIT = "/v1/tasks/tasks.any";
const KEYED = { CELERIAC_KEYS: "s3cret" };
const KEY = { authorization: "Bearer s3cret" };

function door(origins: readonly string[], variables: Parameters<typeof setup>[0] = KEYED) {
  return setup(variables, { config: () => ({ ...defaultConfig, taskQueues: ["celery", "slow"], httpCorsOrigins: origins }) });
}
const preflight = (origin: string) => ({ method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
const corsOf = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith("access-control"));

describe("CORS", () => {
  it("is off by default: no header of it is sent, and a preflight is refused like any request without a key", async () => {
    const { send } = door([]);
    const asked = await send(SUBMIT, preflight(SHOP));
    const answer = await send(SUBMIT, { method: "POST", headers: { ...KEY, origin: SHOP } });
    expect([asked.status, corsOf(asked), answer.status, corsOf(answer), answer.headers.get("vary")]).toEqual([401, [], 202, [], null]);
  });

  it("answers the preflight of a listed origin without a key, and never offers credentials", async () => {
    const { send, broker } = door([SHOP]);
    const answer = await send(SUBMIT, preflight(SHOP));
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, SHOP]);
    const allowed = answer.headers.get("access-control-allow-headers")?.split(", ");
    expect(allowed).toEqual(
      expect.arrayContaining(["authorization", "content-type", "idempotency-key", "celeriac-nonce", "last-event-id", "prefer"]),
    );
    expect(answer.headers.get("vary")).toContain("Origin");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    expect(broker.submits).toEqual([]);
  });

  it("lets pages of a listed origin read answers, refusals among them", async () => {
    const { send } = door([SHOP]);
    const accepted = await send(SUBMIT, { method: "POST", headers: { ...KEY, origin: SHOP } });
    const refused = await send(SUBMIT, { method: "POST", headers: { origin: SHOP } });
    expect([accepted.status, refused.status]).toEqual([202, 401]);
    for (const { headers } of [accepted, refused]) {
      expect(headers.get("access-control-allow-origin")).toBe(SHOP);
      expect(headers.get("access-control-expose-headers")).toMatch(/^location, retry-after, ratelimit, .*etag/);
    }
  });

  it.each(["https://evil.example", "null", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example"])(
    "tells nothing to %s, which is not listed",
    async (origin) => {
      const { send } = door([SHOP]);
      const asked = await send(SUBMIT, preflight(origin));
      const answer = await send(SUBMIT, { method: "POST", headers: { ...KEY, origin } });
      expect([asked.status, corsOf(asked), corsOf(answer), answer.headers.get("vary")]).toEqual([401, [], [], "Origin"]);
    },
  );

  it("does not take a listed origin for foreign where keys are off, and any other still is; nor a rebound host for its own", async () => {
    const { send } = door([SHOP], OPEN);
    const page = (origin: string, more: Record<string, string> = {}) =>
      send(SUBMIT, { method: "POST", headers: { origin, "sec-fetch-site": "cross-site", ...more } });
    expect((await page(SHOP)).status).toBe(202);
    expect((await page("https://evil.example")).status).toBe(403);
    expect((await page(SHOP, { host: "rebound.example" })).status).toBe(403);
    const rebound = { ...preflight(SHOP), headers: { ...preflight(SHOP).headers, host: "rebound.example" } };
    expect((await send(SUBMIT, rebound)).status).toBe(403);
  });
});
