import { describe, expect, it } from "vitest";
import type { Log } from "../../src/log.ts";
import { idAt, OPEN, setup } from "./setup.ts";

const SECRET = '{"s3cret": {"name": "shop", "scopes": ["submit"]}, "nameless": ["submit", "control"]}';

function door(variables: Parameters<typeof setup>[0] = { CELERIAC_KEYS: SECRET }) {
  const lines: string[] = [];
  const put = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log: Log = { debug: put("debug"), info: put("info"), warning: put("warning"), error: put("error") };
  const { send } = setup(variables, { log: () => log });
  const ask = (method: string, path: string, key?: string) =>
    send(path, { method, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
  return { lines, ask };
}

describe("the log of the door", () => {
  it("names the key of each request that changes something, and never shows the key", async () => {
    const { lines, ask } = door();
    await ask("POST", "/v1/tasks/tasks.any?wait=0", "s3cret");
    await ask("POST", "/v1/tasks/tasks.none", "s3cret");
    await ask("DELETE", `/v1/results/${idAt(0)}`, "nameless");
    expect(lines).toEqual([
      "info POST /v1/tasks/tasks.any by key shop: 202",
      "info POST /v1/tasks/tasks.none by key shop: 404",
      expect.stringMatching(/^info DELETE \/v1\/results\/\S+ by key 17d72fdf: \d{3}$/),
    ]);
  });

  it("warns of each refused request, reading ones too, and names a key that is known", async () => {
    const { lines, ask } = door();
    await ask("GET", "/v1/tasks", "s3cret");
    await ask("GET", "/v1/tasks", "guess");
    await ask("POST", "/v1/tasks/tasks.any");
    expect(lines).toEqual([
      "warning GET /v1/tasks refused to key shop: 403 missing_scope",
      "warning GET /v1/tasks refused without a known key: 401 unauthorized",
      "warning POST /v1/tasks/tasks.any refused without a known key: 401 unauthorized",
    ]);
  });

  it("is silent where keys are off, and on what only reads", async () => {
    const open = door(OPEN);
    await open.ask("POST", "/v1/tasks/tasks.any");
    const { lines, ask } = door();
    await ask("GET", "/healthcheck");
    expect([...open.lines, ...lines]).toEqual([]);
  });
});
