import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { endRunners, startRunner } from "./runner.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "celeriac-backlog-"));

afterAll(() => {
  endRunners();
  rmSync(folder, { recursive: true });
});

/** The repository's own configuration with a backlog of two tasks. */
function aConfig(): string {
  const config = join(folder, "wrangler.toml");
  const own = readFileSync(join(root, "wrangler.toml"), "utf8").replace(/^\[build\]\n.*\n/m, "");
  const limited = own.replace("[vars.celeryconfig]", "[vars.celeryconfig]\nbroker_backlog_limit = 2");
  expect(limited).not.toBe(own);
  writeFileSync(config, limited.replace('main = "src/index.ts"', `main = ${JSON.stringify(join(root, "src/index.ts"))}`));
  return config;
}

function submit(url: string, path: string, body: unknown, key?: string): Promise<Response> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== undefined) headers["idempotency-key"] = key;
  return fetch(`${url}/v1/tasks${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

describe("a broker that holds as many unfinished tasks as it may", () => {
  it("answers 429 and when to come again, before a crash and after it, and /metrics shows how full it is", async () => {
    const config = aConfig();
    const later = { args: [2, 3], countdown: 3_600 };
    const first = await startRunner({ config });
    const accepted = await submit(first.url, "/tasks.add", later, "mine");
    expect(accepted.status).toBe(202);
    expect((await submit(first.url, "/tasks.add", later)).status).toBe(202);
    expect(
      (
        await submit(
          first.url,
          "",
          Array.from({ length: 3 }, () => ({ task: "tasks.add", ...later })),
        )
      ).status,
    ).toBe(413);

    for (const runner of [first, undefined]) {
      const { url } = runner ?? (await startRunner({ config, state: first.state }));
      const refused = await submit(url, "/tasks.add", later);
      expect([refused.status, refused.headers.get("content-type")]).toEqual([429, "application/problem+json"]);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
      expect(await refused.json()).toMatchObject({
        type: "urn:celeriac:problem:backlog-full",
        detail: expect.stringContaining("Expected room for 1 more task, got 0: 2 are unfinished of at most 2 (broker_backlog_limit)."),
      });
      expect((await submit(url, "/tasks.add", later, "mine")).status).toBe(200);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toContain('\nceleriac_backlog_tasks{shard="0"} 2\n');
      await runner?.kill9Group();
    }
  });
});
