import { describe, expect, it } from "vitest";
import type { Env } from "../../src/env.ts";
import { withFrontDoor } from "../../src/http/dashboard.ts";
import { problemOf, setup } from "./setup.ts";

const local = { CELERIAC_LOCAL: { open: true } } as unknown as Env;

describe("the dashboard's paths", () => {
  it("are led to from `/` and from /dashboard, which gives Flower's clients their data still", async () => {
    const front = withFrontDoor(setup().http);
    for (const path of ["/", "/dashboard"]) {
      const answer = await front.request(`http://localhost${path}`, {}, local);
      expect([answer.status, answer.headers.get("location")]).toEqual([302, "/dashboard/"]);
    }
    expect((await front.request("http://localhost/dashboard?json=1", {}, local)).headers.get("content-type")).toContain("application/json");
  });

  it("say what is missing where a deployment has no such files, and need no key", async () => {
    const problem = await problemOf(await setup().http.request("http://localhost/dashboard/", {}, { ...local, CELERIAC_LOCAL: undefined }));
    expect(problem).toMatchObject({ status: 404, detail: expect.stringContaining("`[assets]` in wrangler.toml") });
  });

  it("are asked of the local runner's files, for loopback names alone", async () => {
    const asked: string[] = [];
    const fetch = async (request: Request) => {
      asked.push(request.url);
      return new Response("page");
    };
    const env = { ...local, CELERIAC_ASSETS: { fetch } };
    const get = (host: string) => setup().http.request(`http://${host}/dashboard/assets/app.js`, {}, env);
    expect(await (await get("localhost")).text()).toBe("page");
    expect((await get("evil.example")).status).toBe(403);
    expect(asked).toEqual(["http://localhost/dashboard/assets/app.js"]);
  });
});
